package org.prunecl.report;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.prunecl.io.EventFile;
import org.prunecl.lab.MaskUpdate;

/**
 * Sparsity and threshold of each layer at each update of the masks as an event file, so that
 * TensorBoard draws them: {@code sparsity/LAYER} and {@code threshold/LAYER}, over training steps.
 */
public final class PruningCurves {
  private PruningCurves() {}

  /**
   * Writes an event file.
   *
   * @param updates at least one, in order
   * @param out is left open
   */
  public static void write(List<MaskUpdate> updates, OutputStream out) throws IOException {
    EventFile events = new EventFile(out, updates.get(0).at());
    for (MaskUpdate update : updates) {
      for (MaskUpdate.Layer layer : update.layers()) {
        events.scalar("sparsity/" + layer.name(), update.step(), update.at(), layer.sparsity());
        events.scalar("threshold/" + layer.name(), update.step(), update.at(), layer.threshold());
      }
    }
  }
}
