package org.prunecl.bench.jmh;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Relu;

/** max(x, 0), in place. */
public class ReluForwardBenchmark extends DeviceBenchmark {
  /** Features × batch of the activations. */
  @Param({"1000x32", "1000x128", "1000x1000"})
  public String activations;

  private Relu relu;
  private Matrix x;
  private double[] expected;

  /** The operation. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void time() {
    calls();
  }

  @Override
  void prepare() {
    int[] shape = shape(activations);
    float[] values = uniform(shape[0] * shape[1]);
    expected = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      expected[i] = Math.max(values[i], 0);
    }
    relu = new Relu(backend);
    x = upload(shape[0], shape[1], values);
  }

  @Override
  void call() {
    relu.forward(x);
  }

  @Override
  void check() {
    Plain.check(expected, x.read(), 0);
  }

  @Override
  Object result() {
    return x.read();
  }
}
