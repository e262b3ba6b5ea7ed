package org.prunecl.bench.worker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The bias-free network that training and inference are compared on. */
public final class NetworkFiles {
  /** A pixel of 255 is 1. */
  public static final float PIXEL_SCALE = 1f / 255;

  private NetworkFiles() {}

  /**
   * The layers' weights, outputs × inputs each, from {@code weights.f32}.
   *
   * @param widths of the input, the hidden layers and the output
   */
  public static List<float[]> weights(Order order, int[] widths) throws IOException {
    float[] all = order.floats("weights.f32");
    List<float[]> layers = new ArrayList<>();
    int at = 0;
    for (int i = 1; i < widths.length; i++) {
      int size = widths[i] * widths[i - 1];
      layers.add(Arrays.copyOfRange(all, at, at + size));
      at += size;
    }
    return layers;
  }

  /** The training samples, normalised to [0, 1], sample by sample, from {@code pixels.u8}. */
  public static float[] samples(Order order) throws IOException {
    byte[] pixels = order.bytes("pixels.u8");
    float[] samples = new float[pixels.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (pixels[i] & 0xff) * PIXEL_SCALE;
    }
    return samples;
  }

  /** The training samples' classes, from {@code labels.u8}. */
  public static long[] labels(Order order) throws IOException {
    byte[] labels = order.bytes("labels.u8");
    long[] classes = new long[labels.length];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = labels[i] & 0xff;
    }
    return classes;
  }
}
