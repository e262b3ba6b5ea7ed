package org.prunecl.nn;

import java.util.List;

/**
 * What a training needs beside the weights to go on as if it had never stopped.
 *
 * @param steps steps taken so far
 * @param layers Adam's moments, layer by layer
 */
public record OptimizerState(int steps, List<Layer> layers) {
  /** Makes the list unmodifiable. */
  public OptimizerState {
    layers = List.copyOf(layers);
  }

  /**
   * Adam's moments of one layer.
   *
   * @param weights of the weights
   * @param bias of the biases, or null
   */
  public record Layer(Tensor weights, Tensor bias) {}

  /**
   * Adam's moments of one tensor, in the order of its elements.
   *
   * @param first the first moments
   * @param second the second moments
   */
  @SuppressWarnings("ArrayRecordComponent") // megabytes that are handed on, never compared
  public record Tensor(float[] first, float[] second) {}
}
