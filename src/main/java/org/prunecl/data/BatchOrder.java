package org.prunecl.data;

import java.util.SplittableRandom;

/**
 * The order in which an epoch visits the images: the same for the same seed, epoch and count,
 * whatever was drawn before.
 *
 * @param seed seed of every epoch's order
 * @param count number of images, at least 0
 */
public record BatchOrder(long seed, int count) {
  /** Checks the count. */
  public BatchOrder {
    if (count < 0) {
      throw new IllegalArgumentException("count is " + count);
    }
  }

  /**
   * A permutation of 0 to count - 1, by Fisher and Yates' shuffle.
   *
   * @param epoch the epoch, from 0
   */
  public int[] epoch(int epoch) {
    // Seeds are hashed first: neighbouring seeds must not share the orders of shifted epochs.
    SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong() + epoch);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
