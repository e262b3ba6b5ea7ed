package org.prunecl.lab;

import java.util.List;

/**
 * A figure over several seeds.
 *
 * @param mean the arithmetic mean
 * @param std the sample standard deviation (n − 1); null of a single value
 */
public record Spread(double mean, Double std) {
  /**
   * The spread of some values.
   *
   * @param values at least one
   */
  public static Spread of(List<Double> values) {
    double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    if (values.size() == 1) {
      return new Spread(mean, null);
    }
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    return new Spread(mean, Math.sqrt(squares / (values.size() - 1)));
  }

  /** The deviation, 0 where there is none. */
  public double deviation() {
    return std == null ? 0 : std;
  }
}
