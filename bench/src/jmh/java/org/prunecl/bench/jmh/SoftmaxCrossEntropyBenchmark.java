package org.prunecl.bench.jmh;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.prunecl.ops.Labels;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.SoftmaxCrossEntropy;
import org.prunecl.ops.Totals;

/** Loss, gradient and correct predictions of a batch. */
public class SoftmaxCrossEntropyBenchmark extends DeviceBenchmark {
  /** Classes × batch of the logits. */
  @Param({"10x32", "10x128", "1000x128"})
  public String logits;

  private SoftmaxCrossEntropy loss;
  private Matrix z;
  private Matrix dz;
  private Labels labels;
  private Totals totals;
  private double[] expected;

  /** The operation. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void time() {
    calls();
  }

  @Override
  void prepare() {
    int[] shape = shape(logits);
    int classes = shape[0];
    int batch = shape[1];
    float[] values = uniform(classes * batch);
    // All of class 0, as new labels are.
    expected = new double[values.length];
    for (int j = 0; j < batch; j++) {
      double sum = 0;
      for (int i = 0; i < classes; i++) {
        sum += Math.exp(values[i * batch + j]);
      }
      for (int i = 0; i < classes; i++) {
        double probability = Math.exp(values[i * batch + j]) / sum;
        expected[i * batch + j] = (probability - (i == 0 ? 1 : 0)) / batch;
      }
    }
    loss = own(new SoftmaxCrossEntropy(backend, batch));
    z = upload(classes, batch, values);
    dz = zeros(classes, batch);
    labels = own(new Labels(backend, batch));
    totals = own(new Totals(backend, 1));
  }

  @Override
  void call() {
    loss.run(z, labels, dz, totals, 0);
  }

  @Override
  void check() {
    Plain.check(expected, dz.read(), 1e-6);
  }

  @Override
  Object result() {
    return dz.read();
  }
}
