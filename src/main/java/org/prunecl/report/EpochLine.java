package org.prunecl.report;

import java.util.Locale;
import org.prunecl.lab.EpochRecord;

/** An epoch in one line, as Keras shows it. */
public final class EpochLine {
  private EpochLine() {}

  /**
   * The line, without a newline.
   *
   * @param epochs how many epochs the training has
   */
  public static String text(EpochRecord epoch, int epochs) {
    String validation =
        epoch.validated()
            ? String.format(
                Locale.ROOT,
                " - val_loss: %.4f - val_accuracy: %.4f",
                epoch.valLoss(),
                epoch.valAccuracy())
            : "";
    return String.format(
        Locale.ROOT,
        "Epoch %d/%d - %.1fs - loss: %.4f - accuracy: %.4f%s - test_loss: %.4f - test_accuracy:"
            + " %.4f",
        epoch.epoch(),
        epochs,
        epoch.seconds(),
        epoch.trainLoss(),
        epoch.trainAccuracy(),
        validation,
        epoch.testLoss(),
        epoch.testAccuracy());
  }
}
