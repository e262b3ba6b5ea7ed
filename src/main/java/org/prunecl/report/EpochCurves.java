package org.prunecl.report;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.prunecl.io.EventFile;
import org.prunecl.lab.EpochRecord;

/**
 * Loss and accuracy per epoch as event files, one for each set of images, so that TensorBoard draws
 * the sets into one chart. Tags and steps are those of Keras' TensorBoard callback: {@code
 * epoch_loss} and {@code epoch_accuracy}, the first epoch at step 0.
 */
public final class EpochCurves {
  private EpochCurves() {}

  /**
   * Writes an event file of what {@code history.csv} says of the training images.
   *
   * @param history at least one epoch, in order
   * @param out is left open
   */
  public static void writeTrain(List<EpochRecord> history, OutputStream out) throws IOException {
    write(history, EpochRecord::trainLoss, EpochRecord::trainAccuracy, out);
  }

  /**
   * Writes an event file of what {@code history.csv} says of the test images.
   *
   * @param history at least one epoch, in order
   * @param out is left open
   */
  public static void writeTest(List<EpochRecord> history, OutputStream out) throws IOException {
    write(history, EpochRecord::testLoss, EpochRecord::testAccuracy, out);
  }

  /**
   * Writes an event file of what {@code history.csv} says of the images held out for validation.
   *
   * @param history at least one epoch, in order, all validated
   * @param out is left open
   */
  public static void writeValidation(List<EpochRecord> history, OutputStream out)
      throws IOException {
    write(history, EpochRecord::valLoss, EpochRecord::valAccuracy, out);
  }

  private static void write(
      List<EpochRecord> history,
      ToDoubleFunction<EpochRecord> loss,
      ToDoubleFunction<EpochRecord> accuracy,
      OutputStream out)
      throws IOException {
    EpochRecord first = history.get(0);
    Instant started = first.ended().minus(Duration.ofNanos((long) (first.seconds() * 1e9)));
    EventFile events = new EventFile(out, started);
    for (EpochRecord epoch : history) {
      int step = epoch.epoch() - 1;
      events.scalar("epoch_loss", step, epoch.ended(), loss.applyAsDouble(epoch));
      events.scalar("epoch_accuracy", step, epoch.ended(), accuracy.applyAsDouble(epoch));
    }
  }
}
