package org.prunecl.bench.jmh;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.prunecl.ops.Epilogue;
import org.prunecl.ops.Gemm;
import org.prunecl.ops.Matrix;

/** Y = W · X. */
public class GemmForwardBenchmark extends DeviceBenchmark {
  /** Outputs × inputs of the weights. */
  @Param({"1000x784", "1000x1000", "500x1000", "200x500", "10x200"})
  public String weights;

  /** Samples in a batch. */
  @Param({"32", "128", "1000"})
  public int batch;

  private Gemm gemm;
  private Matrix a;
  private Matrix b;
  private Matrix c;
  private double[] expected;
  private int terms;

  /** The operation. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void time() {
    calls();
  }

  @Override
  void prepare() {
    int[] shape = shape(weights);
    int m = shape[0];
    int n = batch;
    terms = shape[1];
    float[] left = uniform(m * terms);
    float[] right = uniform(terms * n);
    expected = Plain.product(left, right, m, n, terms);
    gemm = new Gemm(backend);
    a = upload(m, terms, left);
    b = upload(terms, n, right);
    c = zeros(m, n);
  }

  @Override
  void call() {
    gemm.multiply(1f, a, false, b, false, 0f, c, Epilogue.NONE);
  }

  @Override
  void check() {
    Plain.check(expected, c.read(), 2.4e-7 * terms);
  }

  @Override
  Object result() {
    return c.read();
  }
}
