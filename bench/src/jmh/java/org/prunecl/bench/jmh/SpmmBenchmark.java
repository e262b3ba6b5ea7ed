package org.prunecl.bench.jmh;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.prunecl.ops.CsrMatrix;
import org.prunecl.ops.Epilogue;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Spmm;

/** Y = S · X, S in CSR; a batch of one is a sparse matrix times a vector. */
public class SpmmBenchmark extends DeviceBenchmark {
  /** Outputs × inputs of the weights. */
  @Param({"1000x784", "1000x1000", "500x1000", "200x500", "10x200"})
  public String weights;

  /** Samples in a batch. */
  @Param({"1", "32", "128"})
  public int batch;

  /** Share of zeros. */
  @Param({"0.5", "0.9", "0.95"})
  public double sparsity;

  private Spmm spmm;
  private CsrMatrix s;
  private Matrix x;
  private Matrix y;
  private double[] expected;

  /** The operation. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void time() {
    calls();
  }

  @Override
  void prepare() {
    int[] shape = shape(weights);
    float[] left = Sparse.scattered(uniform(shape[0] * shape[1]), sparsity, seed);
    float[] right = uniform(shape[1] * batch);
    expected = Plain.product(left, right, shape[0], batch, shape[1]);
    spmm = new Spmm(backend);
    s = own(CsrMatrix.of(backend, upload(shape[0], shape[1], left)));
    x = upload(shape[1], batch, right);
    y = zeros(shape[0], batch);
  }

  @Override
  void call() {
    spmm.multiply(s, x, y, Epilogue.NONE);
  }

  @Override
  void check() {
    Plain.check(expected, y.read(), 2.4e-7 * x.rows());
  }

  @Override
  Object result() {
    return y.read();
  }
}
