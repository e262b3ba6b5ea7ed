package org.prunecl.nn;

import java.util.List;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Labels;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Samples;
import org.prunecl.ops.SoftmaxCrossEntropy;
import org.prunecl.ops.Totals;

/** Loss and accuracy of plans on a dataset that lies on the device. Not the owner of either. */
public final class Evaluator {
  /** Samples per forward pass of an evaluation. */
  public static final int BATCH = 1000;

  /**
   * The result of an evaluation.
   *
   * @param loss mean cross-entropy
   * @param correct samples classified correctly
   * @param count samples evaluated
   */
  public record Score(double loss, long correct, int count) {
    /** Share of samples classified correctly, 0 to 1. */
    public double accuracy() {
      return (double) correct / count;
    }
  }

  private Evaluator() {}

  /** Builds the kernels that evaluating needs beside those of the plan. */
  public static void prepare(Backend backend) {
    SoftmaxCrossEntropy.prepare(backend);
    Samples.prepare(backend);
  }

  /** Device memory that convolutions with sparse filters take beside {@link #bytes}, bytes. */
  public static long unrolledBytes(List<LayerParameters> layers) {
    return Unrolled.bytes(layers.stream().map(LayerParameters::shape).toList(), BATCH);
  }

  /** Device memory that an evaluation takes beside network and dataset, bytes. */
  public static long bytes(List<LayerParameters> layers) {
    return Matrix.bytes(layers.get(0).inputFeatures(), BATCH)
        + Labels.bytes(BATCH)
        + SoftmaxCrossEntropy.bytes(BATCH)
        + Activations.bytes(layers.stream().map(LayerParameters::shape).toList(), BATCH);
  }

  /** Evaluates on all samples, in the order that the dataset has on the device. */
  public static Score evaluate(ExecutionPlan plan, Samples samples) {
    Backend backend = plan.network().backend();
    int count = samples.count();
    int largest = Math.min(BATCH, count);
    int slots = (count + largest - 1) / largest;
    try (Matrix x = backend.matrix(samples.features(), largest);
        Activations activations = plan.activations(largest);
        Labels labels = new Labels(backend, largest);
        SoftmaxCrossEntropy loss = new SoftmaxCrossEntropy(backend, largest);
        Totals totals = new Totals(backend, slots)) {
      for (int slot = 0; slot < slots; slot++) {
        int first = slot * largest;
        Matrix batch = x.reshaped(x.rows(), Math.min(largest, count - first));
        samples.gather(first, batch, labels);
        loss.run(plan.forward(batch, activations), labels, null, totals, slot);
      }
      Totals.Sum sum = totals.sum(0, slots);
      return new Score(sum.loss() / count, sum.correct(), count);
    }
  }
}
