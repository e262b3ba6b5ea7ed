package org.prunecl.bench;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** The bias-free network 784-1000-1000-500-200-10 that all suites are about. */
final class Mlp {
  private static final int[] WIDTHS = {784, 1000, 1000, 500, 200, 10};

  private Mlp() {}

  static int layers() {
    return WIDTHS.length - 1;
  }

  static int inputs(int layer) {
    return WIDTHS[layer];
  }

  static int outputs(int layer) {
    return WIDTHS[layer + 1];
  }

  static int features() {
    return WIDTHS[0];
  }

  static int classes() {
    return WIDTHS[WIDTHS.length - 1];
  }

  /** As the contenders understand it: {@code 784-1000-10}. */
  static String words() {
    return Arrays.stream(WIDTHS).mapToObj(Integer::toString).collect(Collectors.joining("-"));
  }

  /** Number of weights. */
  static long weights() {
    long sum = 0;
    for (int i = 0; i < layers(); i++) {
      sum += (long) inputs(i) * outputs(i);
    }
    return sum;
  }

  /** All layers' weights one after the other, U(±1/√fan-in) as PyTorch starts them. */
  static float[] initialWeights(SplittableRandom random) {
    float[] weights = new float[(int) weights()];
    int at = 0;
    for (int i = 0; i < layers(); i++) {
      double limit = 1 / Math.sqrt(inputs(i));
      for (int end = at + inputs(i) * outputs(i); at < end; at++) {
        weights[at] = (float) random.nextDouble(-limit, limit);
      }
    }
    return weights;
  }

  static float[] uniform(int count, double from, double to, SplittableRandom random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(from, to);
    }
    return values;
  }
}
