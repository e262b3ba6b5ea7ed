package org.prunecl.bench.jmh;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Relu;

/** The gradient through ReLU, in place. */
public class ReluBackwardBenchmark extends DeviceBenchmark {
  /** Features × batch of the activations. */
  @Param({"1000x32", "1000x128", "1000x1000"})
  public String activations;

  private Relu relu;
  private Matrix y;
  private Matrix dy;
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
    float[] outputs = uniform(shape[0] * shape[1]);
    float[] gradients = uniform(outputs.length);
    expected = new double[outputs.length];
    for (int i = 0; i < outputs.length; i++) {
      expected[i] = outputs[i] > 0 ? gradients[i] : 0;
    }
    relu = new Relu(backend);
    y = upload(shape[0], shape[1], outputs);
    dy = upload(shape[0], shape[1], gradients);
  }

  @Override
  void call() {
    relu.backward(y, dy);
  }

  @Override
  void check() {
    Plain.check(expected, dy.read(), 0);
  }

  @Override
  Object result() {
    return dy.read();
  }
}
