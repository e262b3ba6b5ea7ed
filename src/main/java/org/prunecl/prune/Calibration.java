package org.prunecl.prune;

import org.prunecl.ops.Samples;

/**
 * Samples on which criteria take gradients, as one batch. Not their owner.
 *
 * @param samples on the network's device
 * @param count how many of them, from the first in their order on
 */
public record Calibration(Samples samples, int count) {
  /** As many samples as make a batch by default, or all if there are fewer. */
  public static final int BATCH = 1000;
}
