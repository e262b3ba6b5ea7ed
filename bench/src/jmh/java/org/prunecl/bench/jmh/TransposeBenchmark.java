package org.prunecl.bench.jmh;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Transpose;

/** A transposed. */
public class TransposeBenchmark extends DeviceBenchmark {
  /** Features × batch of the activations. */
  @Param({"1000x32", "1000x128", "1000x1000"})
  public String activations;

  private Transpose transpose;
  private Matrix a;
  private Matrix result;
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
    float[] turned = Plain.transposed(values, shape[0], shape[1]);
    expected = new double[turned.length];
    for (int i = 0; i < turned.length; i++) {
      expected[i] = turned[i];
    }
    transpose = new Transpose(backend);
    a = upload(shape[0], shape[1], values);
    result = zeros(shape[1], shape[0]);
  }

  @Override
  void call() {
    transpose.run(a, result);
  }

  @Override
  void check() {
    Plain.check(expected, result.read(), 0);
  }

  @Override
  Object result() {
    return result.read();
  }
}
