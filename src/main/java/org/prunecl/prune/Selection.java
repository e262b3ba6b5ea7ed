package org.prunecl.prune;

import java.util.function.LongFunction;
import java.util.stream.IntStream;

/** How many of the smallest scores are pruned. */
public enum Selection {
  /** Exactly {@code int(n · s)} of n, equal ones in the order of their index. */
  COUNT,
  /**
   * Those strictly below the s-percentile, linearly interpolated as {@code numpy.percentile} does.
   */
  PERCENTILE,
  /**
   * All but {@code max(round(n · (1 − s)), 1)}, half to even, equal ones in the order of their
   * index: as TensorFlow Model Optimization does.
   */
  ROUND;

  /**
   * How many of {@code n} are pruned at sparsity {@code s}.
   *
   * @throws IllegalStateException for a percentile, which depends on the scores
   */
  long count(long n, double sparsity) {
    return switch (this) {
      case COUNT -> (long) (n * sparsity);
      case ROUND -> n - Math.max((long) Math.rint(n * (1 - sparsity)), 1);
      case PERCENTILE -> throw new IllegalStateException("A percentile has no count");
    };
  }

  /**
   * Which of the scores are not among the smallest; equal ones are pruned in the order of their
   * index.
   */
  boolean[] kept(float[] scores, double sparsity) {
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted((a, b) -> Float.compare(scores[a], scores[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    boolean[] keep = new boolean[scores.length];
    if (this != PERCENTILE) {
      for (int i = (int) count(scores.length, sparsity); i < order.length; i++) {
        keep[order[i]] = true;
      }
      return keep;
    }
    Threshold threshold = percentile(scores.length, sparsity, rank -> scores[order[(int) rank]]);
    for (int i = 0; i < scores.length; i++) {
      keep[i] = !threshold.prunes(scores[i]);
    }
    return keep;
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
