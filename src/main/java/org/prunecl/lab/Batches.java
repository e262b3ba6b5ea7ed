package org.prunecl.lab;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.prunecl.data.LabelledImages;
import org.prunecl.data.Normalization;

/**
 * Batches of samples in host memory, to time with. Products skip what meets a zero, and a processor
 * learns where the zeros of a sample are that it sees again and again: so calls take different ones
 * in turns. Whole networks are timed so; products of single layers take the first one alone.
 *
 * @param all each batch × features, sample by sample; at least one
 */
public record Batches(List<float[]> all) {
  /** As many different batches as have at most so many samples, or one larger one. */
  public static final int SAMPLES = 64;

  /** Makes the list unmodifiable. */
  public Batches {
    if (all.isEmpty()) {
      throw new IllegalArgumentException("No batch to time with");
    }
    all = List.copyOf(all);
  }

  /** The one batch. */
  public static Batches of(float[] batch) {
    return new Batches(List.of(batch));
  }

  /** The first images as inputs, from the start again where there are fewer. */
  static Batches of(LabelledImages images, Normalization normalization, int batch) {
    return new Batches(
        IntStream.range(0, Math.max(1, SAMPLES / batch))
            .mapToObj(i -> inputs(images, normalization, i * batch, batch))
            .toList());
  }

  private static float[] inputs(
      LabelledImages images, Normalization normalization, int first, int batch) {
    int pixels = images.pixelsPerImage();
    float[] inputs = new float[batch * pixels];
    for (int i = 0; i < inputs.length; i++) {
      int image = (first + i / pixels) % images.count();
      int pixel = Byte.toUnsignedInt(images.pixels()[image * pixels + i % pixels]);
      inputs[i] = pixel * normalization.scale() + normalization.shift();
    }
    return inputs;
  }

  /** The first batch. */
  public float[] first() {
    return all.get(0);
  }

  /** What gives {@code work} one batch after the other, from the first again after the last. */
  public Runnable inTurns(Consumer<float[]> work) {
    return new Runnable() {
      private int next;

      @Override
      public void run() {
        work.accept(all.get(next));
        next = (next + 1) % all.size();
      }
    };
  }
}
