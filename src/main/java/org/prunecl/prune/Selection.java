package org.prunecl.prune;

import java.util.function.LongFunction;

/** How many of the smallest scores are pruned. */
public enum Selection {
  /** Exactly {@code int(n · s)} of n, equal ones in the order of their index. */
  COUNT,
  /**
   * Those strictly below the s-percentile, linearly interpolated as {@code numpy.percentile} does.
   */
  PERCENTILE;

  /**
   * How many of {@code n} are pruned by count at sparsity {@code s}, as Python's {@code int(n *
   * s)}.
   */
  static long count(long n, double sparsity) {
    return (long) (n * sparsity);
  }

  /**
   * A bound on scores.
   *
   * @param score the bound
   * @param inclusive whether scores equal to it are pruned too
   */
  record Threshold(float score, boolean inclusive) {
    boolean prunes(float other) {
      return inclusive ? other <= score : other < score;
    }
  }

  /**
   * What lies strictly below NumPy's linear percentile. The percentile is a mean of two neighbours
   * in rank, rounded to float32 as scores are; being strictly below it is being at most the lower
   * one, unless it is the lower one.
   *
   * @param n number of scores
   * @param atRank the score at a rank from 0 to n − 1
   */
  static Threshold percentile(long n, double sparsity, LongFunction<Float> atRank) {
    double position = (n - 1) * sparsity;
    long rank = (long) position;
    float lower = atRank.apply(rank);
    if (position == rank) {
      return new Threshold(lower, false);
    }
    return new Threshold(lower, lower < between(lower, atRank.apply(rank + 1), position - rank));
  }

  /** Linear interpolation as NumPy rounds it: from the nearer of the two. */
  private static float between(double lower, double upper, double share) {
    double distance = upper - lower;
    return (float) (share < 0.5 ? lower + distance * share : upper - distance * (1 - share));
  }
}
