package org.prunecl.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Times several ways of doing the same work by the timing protocol: sides alternate round by round,
 * 30 rounds or one second, whichever comes first, at least 10 rounds. Each round has an order of
 * its own: a side that always followed the same other one would measure what that one leaves in
 * caches.
 */
final class Alternating {
  static final int MAX_ROUNDS = 30;
  private static final int MIN_ROUNDS = 10;
  private static final double SECONDS = 1.0;

  private Alternating() {}

  /**
   * One side's times.
   *
   * @param milliseconds wall time of one call, quartiles over the rounds
   * @param perRound wall time of one call in each round, milliseconds; the same place in two sides'
   *     lists is the same round
   */
  record Times(Quartiles milliseconds, List<Double> perRound) {
    private static Times of(double[] milliseconds) {
      return new Times(Quartiles.of(milliseconds), Arrays.stream(milliseconds).boxed().toList());
    }

    /** How many rounds. */
    int rounds() {
      return perRound.size();
    }
  }

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
    return time(sides, calls, wait, maxRounds, side -> {});
  }

  /**
   * The same after some preparation.
   *
   * @param before given a side before its turn, outside its time
   */
  static List<Times> time(
      List<Runnable> sides, int calls, Runnable wait, int maxRounds, Consumer<Runnable> before) {
    double[][] milliseconds = new double[sides.size()][maxRounds];
    long begin = System.nanoTime();
    int rounds = 0;
    List<Integer> order = new ArrayList<>(IntStream.range(0, sides.size()).boxed().toList());
    Random random = new Random(sides.size());
    while (rounds < Math.min(MIN_ROUNDS, maxRounds)
        || (rounds < maxRounds && (System.nanoTime() - begin) / 1e9 < SECONDS)) {
      Collections.shuffle(order, random);
      for (int side : order) {
        before.accept(sides.get(side));
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
    return Arrays.stream(milliseconds).map(all -> Times.of(Arrays.copyOf(all, count))).toList();
  }
}
