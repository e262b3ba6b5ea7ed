package org.prunecl.testing;

import java.util.SplittableRandom;

/**
 * Random shapes and values, from a new seed in each run unless {@code -Dprunecl.seed=N} repeats
 * one. Each purpose draws its own sequence, so that a test run alone repeats.
 */
public final class Draw {
  /** The seed of this run. */
  public static final long SEED =
      Long.getLong("prunecl.seed", new SplittableRandom().nextInt(Integer.MAX_VALUE));

  /** One, primes, and one less and more than each tile: 6, 16, 32, 64, and several of them. */
  private static final int[] SIZES = {
    1, 2, 3, 5, 6, 7, 11, 13, 15, 16, 17, 29, 31, 32, 33, 47, 61, 63, 64, 65, 97, 127, 128, 129,
    191, 192, 193, 211
  };

  private static final int[] SMALL_SIZES = {1, 2, 3, 5, 6, 7, 13, 15, 16, 17};

  private final SplittableRandom random;

  /** The sequence of this purpose. */
  public Draw(Object purpose) {
    random = new SplittableRandom(SEED + 31L * purpose.toString().hashCode());
  }

  /** A number of rows or columns. */
  public int size() {
    return TestDevice.simulated() ? pick(SMALL_SIZES) : pick(SIZES);
  }

  /** One of these. */
  public int pick(int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** One of these. */
  public float pick(float... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** Heads or tails. */
  public boolean chance() {
    return random.nextBoolean();
  }

  /** An index below {@code bound}. */
  public int index(int bound) {
    return random.nextInt(bound);
  }

  /** So many indices below {@code bound}, each may come again. */
  public int[] indices(int count, int bound) {
    return random.ints(count, 0, bound).toArray();
  }

  /** The numbers below {@code count} in random order (Fisher-Yates). */
  public int[] permutation(int count) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** So many random bytes. */
  public byte[] bytes(int count) {
    byte[] values = new byte[count];
    random.nextBytes(values);
    return values;
  }

  /** Which of so many elements are kept: 1, or 0 for about a half of them. */
  public byte[] mask(int count) {
    byte[] keep = new byte[count];
    for (int i = 0; i < count; i++) {
      keep[i] = (byte) (random.nextBoolean() ? 1 : 0);
    }
    return keep;
  }

  /** Values between −{@code range} and {@code range}. */
  public float[] values(int count, double range) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (range * (2 * random.nextDouble() - 1));
    }
    return values;
  }

  /** Values between −1 and 1. */
  public float[] values(int count) {
    return values(count, 1);
  }

  /** Whole numbers from −{@code bound} to {@code bound}, whose sums and products are exact. */
  public float[] wholes(int count, int bound) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt(-bound, bound + 1);
    }
    return values;
  }

  /** Sets about that share of the values to zero, in place. */
  public float[] sparsen(float[] values, double share) {
    for (int i = 0; i < values.length; i++) {
      if (random.nextDouble() < share) {
        values[i] = 0;
      }
    }
    return values;
  }
}
