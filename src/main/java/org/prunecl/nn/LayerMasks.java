package org.prunecl.nn;

import org.prunecl.ops.Mask;

/**
 * Which parameters of a layer are kept. Owns the masks.
 *
 * @param weights of the weights' shape, outputs × inputs
 * @param bias of the biases' shape, outputs × 1; null when all biases are kept, or there are none
 */
public record LayerMasks(Mask weights, Mask bias) implements AutoCloseable {
  @Override
  public void close() {
    weights.close();
    if (bias != null) {
      bias.close();
    }
  }
}
