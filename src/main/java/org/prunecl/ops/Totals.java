package org.prunecl.ops;

import java.util.Objects;
import org.prunecl.opencl.DeviceBuffer;

/**
 * Sums of loss and of correct predictions, one slot per batch, kept on the device until they are
 * wanted. Owns its memory.
 */
public final class Totals implements AutoCloseable {
  private final int slots;
  private final Matrix values;

  /** Zeroed slots, one per batch of an epoch. */
  public Totals(Backend backend, int slots) {
    this.slots = slots;
    this.values = backend.matrix(1, 2 * slots);
  }

  /**
   * What the slots hold together.
   *
   * @param loss sum of the samples' losses
   * @param correct number of correct predictions
   */
  public record Sum(double loss, long correct) {}

  /** Sums slots {@code from} to {@code to - 1}. Waits for the batches that fill them. */
  public Sum sum(int from, int to) {
    Objects.checkFromToIndex(from, to, slots);
    float[] pairs = buffer().readFloats(2 * (to - from), 2L * from);
    double loss = 0;
    double correct = 0;
    for (int i = 0; i < pairs.length; i += 2) {
      loss += pairs[i];
      correct += pairs[i + 1];
    }
    return new Sum(loss, Math.round(correct));
  }

  DeviceBuffer buffer() {
    return values.buffer();
  }

  void checkSlot(int slot) {
    if (slot < 0 || slot >= slots) {
      throw new IndexOutOfBoundsException("Slot " + slot + " of " + slots);
    }
  }

  @Override
  public void close() {
    values.close();
  }
}
