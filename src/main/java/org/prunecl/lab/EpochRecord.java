package org.prunecl.lab;

import java.time.Instant;

/**
 * One line of {@code history.csv}.
 *
 * @param epoch 1 for the first
 * @param trainLoss mean cross-entropy over the epoch's batches while training, as Keras shows it
 * @param trainAccuracy share of training images classified correctly while training
 * @param testLoss mean cross-entropy on the whole test set after the epoch
 * @param testAccuracy share of test images classified correctly after the epoch
 * @param valLoss mean cross-entropy on the images held out for validation, after the epoch; null
 *     without any
 * @param valAccuracy share of them classified correctly after the epoch; null without any
 * @param seconds wall time of the epoch, evaluation included
 * @param ended when the epoch ended by the host's clock; not in {@code history.csv}
 */
public record EpochRecord(
    int epoch,
    double trainLoss,
    double trainAccuracy,
    double testLoss,
    double testAccuracy,
    Double valLoss,
    Double valAccuracy,
    double seconds,
    Instant ended) {
  /** The same, of a training before which there were so many epochs. */
  EpochRecord after(int epochs) {
    return new EpochRecord(
        epochs + epoch,
        trainLoss,
        trainAccuracy,
        testLoss,
        testAccuracy,
        valLoss,
        valAccuracy,
        seconds,
        ended);
  }

  /** Without images held out for validation. */
  public EpochRecord(
      int epoch,
      double trainLoss,
      double trainAccuracy,
      double testLoss,
      double testAccuracy,
      double seconds,
      Instant ended) {
    this(epoch, trainLoss, trainAccuracy, testLoss, testAccuracy, null, null, seconds, ended);
  }

  /** Whether images were held out for validation. */
  public boolean validated() {
    return valLoss != null;
  }
}
