package org.prunecl.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How many rounds a comparison takes: until the seconds have passed or the most rounds are done,
 * but never fewer than the least. Only time spent working counts.
 *
 * @param least rounds at least
 * @param most rounds at most
 * @param seconds of all sides together
 */
record Rounds(int least, int most, double seconds) {

  /**
   * Lets the sides take turns; they must be prepared. One works at a time, and the next one begins
   * only when it is at rest. A turn before the first round is left out.
   *
   * @param calls calls of a side per round
   * @return milliseconds of one call, by side and round
   */
  List<double[]> alternate(List<Side> sides, int calls) {
    for (Side side : sides) {
      turn(side, calls);
    }
    double[][] milliseconds = new double[sides.size()][most];
    double worked = 0;
    int rounds = 0;
    while (rounds < least || (rounds < most && worked < seconds)) {
      for (int i = 0; i < sides.size(); i++) {
        long nanos = turn(sides.get(i), calls);
        milliseconds[i][rounds] = nanos / 1e6 / calls;
        worked += nanos / 1e9;
      }
      rounds++;
    }
    List<double[]> series = new ArrayList<>();
    for (double[] all : milliseconds) {
      series.add(Arrays.copyOf(all, rounds));
    }
    return series;
  }

  private static long turn(Side side, int calls) {
    long nanos = side.run(calls);
    side.rest();
    return nanos;
  }
}
