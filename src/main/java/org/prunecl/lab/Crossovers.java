package org.prunecl.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** From which sparsity a form stays faster than dense. */
final class Crossovers {
  private Crossovers() {}

  /**
   * A measured point.
   *
   * @param sparsity 0 to 1
   * @param speedup time of dense divided by time of the form
   */
  record Point(double sparsity, double speedup) {}

  /**
   * A point with the rounds that it was measured in.
   *
   * @param sparsity 0 to 1
   * @param times of dense and of the form
   * @param most a speedup above this one counts as this one
   */
  record Sample(double sparsity, Bootstrap.Pairs times, double most) {
    private Point point(double speedup) {
      return new Point(sparsity, Math.min(most, speedup));
    }
  }

  /**
   * The smallest sparsity from which the speedup stays above 1, interpolated linearly between the
   * last point that is not faster and the next; the smallest measured sparsity when all are faster;
   * null when the largest is not.
   */
  static Double of(List<Point> points) {
    List<Point> sorted = new ArrayList<>(points);
    sorted.sort(Comparator.comparingDouble(Point::sparsity));
    int first = sorted.size();
    while (first > 0 && sorted.get(first - 1).speedup() > 1) {
      first--;
    }
    if (first == sorted.size()) {
      return null;
    }
    if (first == 0) {
      return sorted.get(0).sparsity();
    }
    Point slow = sorted.get(first - 1);
    Point fast = sorted.get(first);
    double share = (1 - slow.speedup()) / (fast.speedup() - slow.speedup());
    return slow.sparsity() + share * (fast.sparsity() - slow.sparsity());
  }

  /** The crossover of measured rounds, by the ratio of medians at each sparsity. */
  static Double measured(List<Sample> samples) {
    return of(samples.stream().map(sample -> sample.point(sample.times.speedup())).toList());
  }

  /**
   * The 95 % interval of {@link #measured}; see {@link Bootstrap#of} for ends that are null. An end
   * can't lie below the smallest measured sparsity: there, it means "there or below".
   */
  static Bootstrap.Interval interval(List<Sample> samples, long seed) {
    return Bootstrap.of(
        random -> {
          Double crossover =
              of(
                  samples.stream()
                      .map(sample -> sample.point(sample.times.resampledSpeedup(random)))
                      .toList());
          return crossover == null ? Double.POSITIVE_INFINITY : crossover;
        },
        seed);
  }
}
