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

  /** Initial weights of which every layer but the last has lost its share. */
  static float[] prunedWeights(double sparsity, SplittableRandom random) {
    float[] weights = initialWeights(random);
    int at = 0;
    for (int i = 0; i < layers() - 1; i++) {
      int end = at + inputs(i) * outputs(i);
      scatterZeros(weights, at, end, sparsity, random);
      at = end;
    }
    return weights;
  }

  /** Number of the weights that are left of {@link #prunedWeights}. */
  static long nonzeroWeights(double sparsity) {
    long sum = weights();
    for (int i = 0; i < layers() - 1; i++) {
      sum -= zeros(inputs(i) * outputs(i), sparsity);
    }
    return sum;
  }

  /** How many of so many weights a sparsity makes zero. */
  static int zeros(int weights, double sparsity) {
    return (int) Math.round(weights * sparsity);
  }

  /**
   * Sets an exact number of values between two indices to zero, every choice being as likely
   * (selection sampling), and makes sure that none of the others is zero.
   */
  static void scatterZeros(
      float[] values, int from, int to, double sparsity, SplittableRandom random) {
    int wanted = zeros(to - from, sparsity);
    for (int i = from; i < to; i++) {
      if (random.nextInt(to - i) < wanted) {
        values[i] = 0;
        wanted--;
      } else if (values[i] == 0) {
        values[i] = Float.MIN_NORMAL;
      }
    }
  }

  static float[] uniform(int count, double from, double to, SplittableRandom random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(from, to);
    }
    return values;
  }
}
