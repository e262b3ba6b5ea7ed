package org.prunecl.lab;

import java.time.Instant;
import java.util.List;

/**
 * New masks during a training.
 *
 * @param step training steps taken before
 * @param sparsity the share that the schedule asks for at this step, 0 to 1
 * @param layers what became of each layer that is pruned, in the network's order
 * @param at when, by the host's clock
 */
public record MaskUpdate(long step, double sparsity, List<Layer> layers, Instant at) {
  /** A copy that nobody changes. */
  public MaskUpdate {
    layers = List.copyOf(layers);
  }

  /** The same, of a training before which so many steps were taken. */
  MaskUpdate after(long steps) {
    return new MaskUpdate(steps + step, sparsity, layers, at);
  }

  /**
   * A layer under its new mask.
   *
   * @param name as in model files
   * @param weights how many it has, biases not counted
   * @param kept how many of them the mask keeps, whatever their value
   * @param threshold the largest |w| that the mask prunes, as it was when the mask was made; 0 when
   *     nothing is pruned
   */
  public record Layer(String name, long weights, long kept, double threshold) {
    /**
     * A layer's figures.
     *
     * @param before its weights when the mask was made
     * @param mask 1 for each weight that is kept
     */
    static Layer of(String name, float[] before, byte[] mask) {
      long kept = 0;
      float threshold = 0;
      for (int i = 0; i < mask.length; i++) {
        kept += mask[i];
        if (mask[i] == 0) {
          threshold = Math.max(threshold, Math.abs(before[i]));
        }
      }
      return new Layer(name, mask.length, kept, threshold);
    }

    /** The share of weights that the mask prunes, 0 to 1. */
    public double sparsity() {
      return 1 - (double) kept / weights;
    }
  }
}
