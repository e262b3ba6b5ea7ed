package org.prunecl.lab;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * 95 % intervals by the percentile bootstrap (Efron and Tibshirani, An Introduction to the
 * Bootstrap, 1993, chapter 13): rounds are drawn again with replacement, the figure is computed
 * from what was drawn, and the interval runs from its 2.5th to its 97.5th percentile. Both sides of
 * a pair get the same rounds, so that what slowed the machine for a moment slows both.
 */
final class Bootstrap {
  static final int RESAMPLES = 1000;
  private static final double TAIL = 0.025;

  private Bootstrap() {}

  /**
   * Times of two sides that took turns.
   *
   * @param reference one per round
   * @param other of the same rounds
   */
  record Pairs(List<Double> reference, List<Double> other) {
    Pairs {
      if (reference.size() != other.size() || reference.isEmpty()) {
        throw new IllegalArgumentException(
            reference.size() + " rounds of one side, " + other.size() + " of the other");
      }
    }

    /** How many times as fast the other side is: the ratio of the medians. */
    double speedup() {
      return median(reference, identity()) / median(other, identity());
    }

    /** The same of rounds drawn with replacement, as many as there are. */
    double resampledSpeedup(SplittableRandom random) {
      int[] rounds = random.ints(reference.size(), 0, reference.size()).toArray();
      return median(reference, rounds) / median(other, rounds);
    }

    private int[] identity() {
      int[] rounds = new int[reference.size()];
      Arrays.setAll(rounds, round -> round);
      return rounds;
    }

    private static double median(List<Double> times, int[] rounds) {
      return Quartiles.of(Arrays.stream(rounds).mapToDouble(times::get).toArray()).median();
    }
  }

  /**
   * The interval of a figure.
   *
   * @param figure computes it from resampled rounds; positive infinity where there is none
   * @param seed the same seed gives the same interval
   * @return an end is null where the figure at that percentile doesn't exist: the upper one when
   *     2.5 % of the resamples or more have none, the lower one when 97.5 % or more have none
   */
  static Interval of(ToDoubleFunction<SplittableRandom> figure, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] figures = new double[RESAMPLES];
    Arrays.setAll(figures, resample -> figure.applyAsDouble(random));
    Arrays.sort(figures);
    return new Interval(
        finite(Quartiles.at(figures, TAIL)), finite(Quartiles.at(figures, 1 - TAIL)));
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /**
   * An interval that holds the true figure 19 times out of 20.
   *
   * @param low lower end, null where there is none
   * @param high upper end, null where there is none
   */
  record Interval(Double low, Double high) {}
}
