package org.prunecl.bench;

import java.util.Arrays;
import org.prunecl.lab.Quartiles;

/**
 * Our times where there is no peer.
 *
 * @param ms median, milliseconds
 * @param low lower quartile
 * @param high upper quartile
 * @param best the fastest
 * @param runs how many times it was done
 */
record Alone(double ms, double low, double high, double best, int runs) {
  /** From the milliseconds of each run or round. */
  static Alone of(double[] series) {
    Quartiles quartiles = Quartiles.of(series);
    return new Alone(
        quartiles.median(),
        quartiles.low(),
        quartiles.high(),
        Arrays.stream(series).min().orElseThrow(),
        series.length);
  }
}
