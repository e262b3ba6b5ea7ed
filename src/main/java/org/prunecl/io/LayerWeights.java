package org.prunecl.io;

import java.util.Objects;

/**
 * The weights of a fully connected layer: {@code y = W x + b}.
 *
 * @param name the layer's name, which its tensors' names begin with
 * @param outputs rows of W, at least 1
 * @param inputs columns of W, at least 1
 * @param weight W, outputs × inputs values, row-major; not copied
 * @param bias b, {@code outputs} values, or null for none; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // compared with nothing
public record LayerWeights(String name, int outputs, int inputs, float[] weight, float[] bias) {
  /** Checks the sizes. */
  public LayerWeights {
    Objects.requireNonNull(name, "name");
    if (outputs < 1 || inputs < 1 || weight.length != (long) outputs * inputs) {
      throw new IllegalArgumentException(
          "layer %s: %d×%d and %d weights".formatted(name, outputs, inputs, weight.length));
    }
    if (bias != null && bias.length != outputs) {
      throw new IllegalArgumentException(
          "layer %s: %d outputs and %d biases".formatted(name, outputs, bias.length));
    }
  }
}
