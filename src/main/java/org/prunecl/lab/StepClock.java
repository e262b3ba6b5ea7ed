package org.prunecl.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * Times training steps as the timing protocol says: wall time between completed queue flushes over
 * blocks of 50 steps, the first 50 steps left out.
 */
final class StepClock {
  /** Steps between two flushes. */
  static final int BLOCK = 50;

  private final List<Double> secondsPerStep = new ArrayList<>();
  private boolean warm;
  private long start;

  /** The queue is empty and the next block begins. */
  void begin() {
    start = System.nanoTime();
  }

  /** A block of {@link #BLOCK} steps has been completed, and the next one begins. */
  void blockDone() {
    long now = System.nanoTime();
    if (warm) {
      secondsPerStep.add((now - start) / 1e9 / BLOCK);
    }
    warm = true;
    start = now;
  }

  /** Seconds per step in each block timed so far. */
  List<Double> seconds() {
    return List.copyOf(secondsPerStep);
  }

  /** Counts the blocks of an earlier attempt too. */
  void resume(List<Double> seconds) {
    secondsPerStep.addAll(seconds);
  }

  /** Median over the blocks, or null when there were too few steps. */
  Double median() {
    return median(secondsPerStep);
  }

  /** The median of seconds per step, or null of none. */
  static Double median(List<Double> seconds) {
    return seconds.isEmpty()
        ? null
        : Quartiles.of(seconds.stream().mapToDouble(Double::doubleValue).toArray()).median();
  }
}
