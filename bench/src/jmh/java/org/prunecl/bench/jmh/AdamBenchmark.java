package org.prunecl.bench.jmh;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.prunecl.ops.Adam;
import org.prunecl.ops.Matrix;

/** One step of Adam on a layer. */
public class AdamBenchmark extends DeviceBenchmark {
  private static final Adam.Settings SETTINGS =
      new Adam.Settings(Adam.Form.PYTORCH, 1e-3, 0.9, 0.999, 1e-8, 0);

  /** Outputs × inputs of the weights. */
  @Param({"1000x784", "1000x1000", "500x1000", "200x500", "10x200"})
  public String weights;

  private Adam adam;
  private Matrix w;
  private Matrix dw;
  private Matrix m;
  private Matrix v;
  private double[] expected;
  private int step;

  /** The operation. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void time() {
    calls();
  }

  @Override
  void prepare() {
    int[] shape = shape(weights);
    float[] before = uniform(shape[0] * shape[1]);
    float[] gradient = uniform(before.length);
    expected = new double[before.length];
    for (int i = 0; i < expected.length; i++) {
      // The first step's moments cancel: w −= lr · g / (|g| + ε).
      expected[i] = before[i] - 1e-3 * gradient[i] / (Math.abs(gradient[i]) + 1e-8);
    }
    adam = new Adam(backend);
    w = upload(shape[0], shape[1], before);
    dw = upload(shape[0], shape[1], gradient);
    m = zeros(shape[0], shape[1]);
    v = zeros(shape[0], shape[1]);
  }

  @Override
  void call() {
    step++;
    adam.step(SETTINGS, step, w, dw, m, v);
  }

  @Override
  void check() {
    Plain.check(expected, w.read(), 1e-6);
  }

  @Override
  Object result() {
    return w.read();
  }
}
