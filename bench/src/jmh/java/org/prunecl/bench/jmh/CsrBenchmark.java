package org.prunecl.bench.jmh;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.prunecl.ops.CsrMatrix;
import org.prunecl.ops.Matrix;

/** CSR from a dense matrix, allocation and one read of the count included. */
public class CsrBenchmark extends DeviceBenchmark {
  /** Outputs × inputs of the weights. */
  @Param({"1000x784", "1000x1000", "500x1000", "200x500", "10x200"})
  public String weights;

  /** Share of zeros. */
  @Param({"0.5", "0.9", "0.95"})
  public double sparsity;

  private Matrix dense;
  private float[] values;
  private CsrMatrix csr;

  /** The operation. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void time() {
    calls();
  }

  @Override
  void prepare() {
    int[] shape = shape(weights);
    values = Sparse.scattered(uniform(shape[0] * shape[1]), sparsity, seed);
    dense = upload(shape[0], shape[1], values);
  }

  @Override
  void call() {
    if (csr != null) {
      csr.close();
    }
    csr = CsrMatrix.of(backend, dense);
  }

  @Override
  void check() {
    double[] expected = new double[csr.nonzeros()];
    int at = 0;
    for (float value : values) {
      if (value != 0) {
        expected[at++] = value;
      }
    }
    Plain.check(expected, csr.readValues(), 0);
  }

  @Override
  Object result() {
    return csr.readValues();
  }

  @Override
  public void close() {
    csr.close();
    super.close();
  }
}
