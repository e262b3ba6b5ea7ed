package org.prunecl.nn;

import java.util.Arrays;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Samples;
import org.prunecl.testing.Draw;

/**
 * Labelled samples as bytes, as they lie on devices, and what a network sees of them.
 *
 * @param pixels sample by sample
 * @param labels one per sample
 * @param features of a sample
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Batch(byte[] pixels, int[] labels, int features) {
  /** To [-1, 1]. */
  static final float SCALE = 2f / 255f;

  static final float SHIFT = -1f;

  static Batch draw(Draw draw, int count, int features, int classes) {
    return new Batch(draw.bytes(count * features), draw.indices(count, classes), features);
  }

  /** The samples at these places. */
  Batch at(int... places) {
    byte[] chosen = new byte[places.length * features];
    for (int i = 0; i < places.length; i++) {
      System.arraycopy(pixels, places[i] * features, chosen, i * features, features);
    }
    return new Batch(chosen, Arrays.stream(places).map(p -> labels[p]).toArray(), features);
  }

  double[][] samples() {
    double[][] samples = new double[labels.length][features];
    float[] inputs = inputs();
    for (int i = 0; i < inputs.length; i++) {
      samples[i / features][i % features] = inputs[i];
    }
    return samples;
  }

  /** Sample by sample, normalised. */
  float[] inputs() {
    float[] inputs = new float[pixels.length];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = Byte.toUnsignedInt(pixels[i]) * SCALE + SHIFT;
    }
    return inputs;
  }

  Samples upload(Backend backend) {
    byte[] bytes = new byte[labels.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) labels[i];
    }
    return new Samples(backend, pixels, bytes, features, SCALE, SHIFT);
  }
}
