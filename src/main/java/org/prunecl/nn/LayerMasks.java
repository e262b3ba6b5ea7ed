package org.prunecl.nn;

import java.util.List;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Magnitude;
import org.prunecl.ops.Mask;

/**
 * Which parameters of a layer are kept. Owns the masks.
 *
 * @param weights of the weights' shape, outputs × inputs
 * @param bias of the biases' shape, outputs × 1; null when all biases are kept, or there are none
 */
public record LayerMasks(Mask weights, Mask bias) implements AutoCloseable {
  /**
   * Enqueues zeroing what masks prune.
   *
   * @param masks one per layer of the network, null where nothing is pruned
   */
  public static void apply(List<LayerMasks> masks, Network network) {
    Backend backend = network.backend();
    for (int i = 0; i < masks.size(); i++) {
      if (masks.get(i) != null) {
        masks.get(i).apply(new Magnitude(backend), network.layers().get(i));
      }
    }
  }

  private void apply(Magnitude magnitude, Layer layer) {
    magnitude.apply(weights, layer.weights());
    if (bias != null) {
      magnitude.apply(bias, layer.bias());
    }
  }

  /** Closes masks of layers, passing over those that are null. */
  public static void close(List<LayerMasks> masks) {
    for (LayerMasks own : masks) {
      if (own != null) {
        own.close();
      }
    }
  }

  @Override
  public void close() {
    weights.close();
    if (bias != null) {
      bias.close();
    }
  }
}
