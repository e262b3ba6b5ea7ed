package org.prunecl.lab;

import java.util.List;

/**
 * Times several ways of doing the same work by the timing protocol: sides alternate round by round,
 * 30 rounds or one second, whichever comes first, at least 10 rounds.
 */
final class Alternating {
  private static final int MAX_ROUNDS = 30;
  private static final int MIN_ROUNDS = 10;
  private static final double SECONDS = 1.0;

  private Alternating() {}

  /**
   * One side's times.
   *
   * @param milliseconds wall time of one call, quartiles over the rounds
   * @param rounds how many
   */
  record Times(Quartiles milliseconds, int rounds) {}

  /**
   * Times all sides; they must be warm.
   *
   * @param sides each does the work once and waits until it is done, or enqueues it
   * @param calls calls of a side per round, after which {@code wait} is called once; the same for
   *     all
   * @param wait waits for what was enqueued
   * @return in the order of the sides
   */
  static List<Times> time(List<Runnable> sides, int calls, Runnable wait) {
    return time(sides, calls, wait, MAX_ROUNDS);
  }

  /** The same with at most so many rounds: with fewer than 10, a first impression. */
  static List<Times> time(List<Runnable> sides, int calls, Runnable wait, int maxRounds) {
    double[][] milliseconds = new double[sides.size()][maxRounds];
    long begin = System.nanoTime();
    int rounds = 0;
    while (rounds < Math.min(MIN_ROUNDS, maxRounds)
        || (rounds < maxRounds && (System.nanoTime() - begin) / 1e9 < SECONDS)) {
      for (int side = 0; side < sides.size(); side++) {
        long start = System.nanoTime();
        for (int call = 0; call < calls; call++) {
          sides.get(side).run();
        }
        wait.run();
        milliseconds[side][rounds] = (System.nanoTime() - start) / 1e6 / calls;
      }
      rounds++;
    }
    int count = rounds;
    return java.util.Arrays.stream(milliseconds)
        .map(all -> new Times(Quartiles.of(java.util.Arrays.copyOf(all, count)), count))
        .toList();
  }
}
