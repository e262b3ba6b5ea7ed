package org.prunecl.bench;

import java.util.Collection;
import java.util.Locale;

/**
 * Whether a bar holds.
 *
 * @param holds whether it does
 * @param text the figures
 */
record Verdict(boolean holds, String text) {
  /**
   * A value that should be at least so large.
   *
   * @param what is measured
   * @param cases how many cases it rests on
   */
  static Verdict atLeast(String what, double value, double bar, int cases) {
    // Written so that NaN misses.
    return new Verdict(value >= bar, text(what, value, "bar", bar, cases));
  }

  /**
   * A value that should be at most so large.
   *
   * @param what is measured
   * @param cases how many cases it rests on
   */
  static Verdict atMost(String what, double value, double bar, int cases) {
    return new Verdict(value <= bar, text(what, value, "at most", bar, cases));
  }

  private static String text(String what, double value, String which, double bar, int cases) {
    return String.format(
        Locale.ROOT,
        "%s %.3f, %s %.2f, %d case%s",
        what,
        value,
        which,
        bar,
        cases,
        cases == 1 ? "" : "s");
  }

  /** The geometric mean of positive values; NaN of none. */
  static double geometricMean(Collection<Double> values) {
    return Math.exp(values.stream().mapToDouble(Math::log).average().orElse(Double.NaN));
  }

  /** As a line of the report: {@code PASS} or {@code MISS} and the figures. */
  @Override
  public String toString() {
    return (holds ? "PASS  " : "MISS  ") + text;
  }
}
