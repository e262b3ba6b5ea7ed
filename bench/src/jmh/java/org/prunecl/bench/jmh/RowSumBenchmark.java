package org.prunecl.bench.jmh;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Reduce;

/** Sums of rows: the gradient of biases. */
public class RowSumBenchmark extends DeviceBenchmark {
  /** Features × batch of the activations. */
  @Param({"1000x32", "1000x128", "1000x1000"})
  public String activations;

  private Reduce reduce;
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
    expected = new double[shape[0]];
    for (int i = 0; i < shape[0]; i++) {
      double sum = 0;
      for (int j = 0; j < shape[1]; j++) {
        sum += values[i * shape[1] + j];
      }
      expected[i] = sum;
    }
    reduce = new Reduce(backend);
    a = upload(shape[0], shape[1], values);
    result = zeros(shape[0], 1);
  }

  @Override
  void call() {
    reduce.rowSums(a, result);
  }

  @Override
  void check() {
    Plain.check(expected, result.read(), 2.4e-7 * a.columns());
  }

  @Override
  Object result() {
    return result.read();
  }
}
