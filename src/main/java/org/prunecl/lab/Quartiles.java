package org.prunecl.lab;

import java.util.Arrays;

/**
 * Median and quartiles of a series.
 *
 * @param low lower quartile
 * @param median median
 * @param high upper quartile
 */
public record Quartiles(double low, double median, double high) {
  /**
   * Linearly interpolated between neighbours, as {@code numpy.percentile} does. Order is
   * irrelevant.
   */
  public static Quartiles of(double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no values");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Quartiles(at(sorted, 0.25), at(sorted, 0.5), at(sorted, 0.75));
  }

  /** The value below which this share of ascending values lies. */
  static double at(double[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
