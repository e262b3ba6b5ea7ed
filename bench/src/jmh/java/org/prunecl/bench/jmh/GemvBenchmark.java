package org.prunecl.bench.jmh;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.prunecl.ops.Epilogue;
import org.prunecl.ops.Gemm;
import org.prunecl.ops.Matrix;

/** y = W · x: a batch of one. */
public class GemvBenchmark extends DeviceBenchmark {
  /** Outputs × inputs of the weights. */
  @Param({"1000x784", "1000x1000", "500x1000", "200x500", "10x200"})
  public String weights;

  private Gemm gemm;
  private Matrix w;
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
    float[] left = uniform(shape[0] * shape[1]);
    float[] right = uniform(shape[1]);
    expected = Plain.product(left, right, shape[0], 1, shape[1]);
    gemm = new Gemm(backend);
    w = upload(shape[0], shape[1], left);
    x = upload(shape[1], 1, right);
    y = zeros(shape[0], 1);
  }

  @Override
  void call() {
    gemm.multiply(w, x, y, Epilogue.NONE);
  }

  @Override
  void check() {
    Plain.check(expected, y.read(), 2.4e-7 * w.columns());
  }

  @Override
  Object result() {
    return y.read();
  }
}
