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

  /** Median over the blocks, or null when there were too few steps. */
  Double median() {
    return secondsPerStep.isEmpty()
        ? null
        : Quartiles.of(secondsPerStep.stream().mapToDouble(Double::doubleValue).toArray()).median();
  }
}
