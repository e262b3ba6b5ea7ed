package org.prunecl.bench.jmh;

import java.util.SplittableRandom;

/** Weights with scattered zeros. */
final class Sparse {
  private Sparse() {}

  /** Sets each value to zero with this probability, in place. */
  static float[] scattered(float[] values, double sparsity, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < values.length; i++) {
      if (random.nextDouble() < sparsity) {
        values[i] = 0;
      }
    }
    return values;
  }
}
