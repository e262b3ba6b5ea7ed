package org.prunecl.lab;

import java.util.ArrayList;
import java.util.List;
import org.prunecl.nn.LayerMasks;
import org.prunecl.nn.Network;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Mask;

/**
 * The masks of a network in host memory: they outlive the training that they were on the device
 * for.
 *
 * @param layers one per layer, null where nothing is pruned; immutable by agreement
 */
public record HostMasks(List<Layer> layers) {
  /**
   * Which parameters of a layer are kept, 1 for each that is.
   *
   * @param weights outputs × inputs, row by row
   * @param bias one per output, null when all biases are kept, or there are none
   */
  @SuppressWarnings("ArrayRecordComponent") // compared with nothing
  public record Layer(byte[] weights, byte[] bias) {}

  /** Reads masks, which stay as they are. */
  static HostMasks read(List<LayerMasks> masks) {
    List<Layer> layers = new ArrayList<>();
    for (LayerMasks own : masks) {
      layers.add(
          own == null
              ? null
              : new Layer(own.weights().read(), own.bias() == null ? null : own.bias().read()));
    }
    return new HostMasks(layers);
  }

  /**
   * Masks on the network's device, for the caller to close.
   *
   * @param network of the layers that these are of
   */
  List<LayerMasks> upload(Network network) {
    Backend backend = network.backend();
    List<LayerMasks> masks = new ArrayList<>();
    try {
      for (int i = 0; i < layers.size(); i++) {
        Layer own = layers.get(i);
        masks.add(null);
        if (own != null) {
          org.prunecl.nn.Layer layer = network.layers().get(i);
          Mask weights = Mask.of(backend, layer.weights(), own.weights);
          masks.set(i, new LayerMasks(weights, null));
          if (own.bias != null) {
            masks.set(i, new LayerMasks(weights, Mask.of(backend, layer.bias(), own.bias)));
          }
        }
      }
      return masks;
    } catch (RuntimeException e) {
      LayerMasks.close(masks);
      throw e;
    }
  }
}
