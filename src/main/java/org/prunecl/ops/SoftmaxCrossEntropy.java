package org.prunecl.ops;

import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;
import org.prunecl.opencl.Scope;

/**
 * Softmax followed by cross-entropy against integer labels, as one numerically stable operation:
 * loss, gradient and whether the prediction is right. Owns scratch memory for the largest batch.
 */
public final class SoftmaxCrossEntropy implements AutoCloseable {
  private static final KernelSource SOURCE = KernelSource.of("softmax_cross_entropy.cl");

  private final Backend backend;
  private final Scope scope = new Scope();
  private final Matrix loss;
  private final Matrix correct;

  /**
   * @param backend where it runs
   * @param maxBatch samples in the largest batch
   */
  public SoftmaxCrossEntropy(Backend backend, int maxBatch) {
    this.backend = backend;
    try {
      this.loss = scope.own(backend.matrix(maxBatch, 1));
      this.correct = scope.own(backend.matrix(maxBatch, 1));
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /** Bytes of device memory for batches of up to so many samples. */
  public static long bytes(int maxBatch) {
    return 2 * Matrix.bytes(maxBatch, 1);
  }

  /** Builds the kernels, so that no later call has to. */
  public static void prepare(Backend backend) {
    backend.context().kernel(SOURCE, "softmax_cross_entropy");
    backend.context().kernel(SOURCE, "add_totals");
  }

  /**
   * Loss and correct predictions of a batch into a slot of the totals, and the gradient of the
   * batch's mean loss by the logits.
   *
   * @param logits classes × batch
   * @param labels batch values in [0, classes)
   * @param gradient classes × batch, or null when it is not wanted; may be {@code logits} itself
   * @param totals receives the sums
   * @param slot index into the totals
   */
  public void run(Matrix logits, Labels labels, Matrix gradient, Totals totals, int slot) {
    totals.checkSlot(slot);
    int batch = logits.columns();
    if (gradient != null) {
      logits.checkSameShape(gradient);
    }
    if (batch > loss.rows() || batch > labels.capacity()) {
      throw new IllegalArgumentException(
          "A batch of "
              + batch
              + "; there is room for "
              + Math.min(loss.rows(), labels.capacity()));
    }
    Kernel kernel = backend.context().kernel(SOURCE, "softmax_cross_entropy");
    DeviceBuffer gradientBuffer = gradient == null ? null : gradient.buffer();
    kernel.launch(
        Range.of(batch, backend.cpu() ? 8 : 64),
        logits.rows(),
        batch,
        logits.buffer(),
        logits.leadingDimension(),
        labels.buffer(),
        1f / batch,
        loss.buffer(),
        correct.buffer(),
        gradientBuffer);
    backend
        .context()
        .kernel(SOURCE, "add_totals")
        .launch(Range.of(1, 1), batch, loss.buffer(), correct.buffer(), totals.buffer(), slot);
  }

  /** Reads the losses of the last batch, one per sample. */
  public float[] losses(int batch) {
    return loss.buffer().readFloats(batch, 0);
  }

  @Override
  public void close() {
    scope.close();
  }
}
