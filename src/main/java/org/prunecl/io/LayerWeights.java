package org.prunecl.io;

import java.util.Objects;

/**
 * The weights of a layer: of a fully connected one, {@code y = W x + b}, or of a convolution, whose
 * filters are the rows of W.
 *
 * @param name the layer's name, which its tensors' names begin with
 * @param outputs rows of W, at least 1: units or filters
 * @param inputs columns of W, at least 1: inputs of a unit, or weights of a filter
 * @param weight W, outputs × inputs values, row-major; not copied
 * @param bias b, {@code outputs} values, or null for none; not copied
 * @param convolution what its filters slide over, or null if the layer is fully connected
 */
@SuppressWarnings("ArrayRecordComponent") // compared with nothing
public record LayerWeights(
    String name, int outputs, int inputs, float[] weight, float[] bias, ConvGeometry convolution) {
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
    if (convolution != null && convolution.weights() != inputs) {
      throw new IllegalArgumentException(
          "layer %s: filters of %d weights, the image takes %d"
              .formatted(name, inputs, convolution.weights()));
    }
    if (convolution != null && convolution.features(outputs) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("layer %s: too many outputs".formatted(name));
    }
  }

  /** A fully connected layer. */
  public LayerWeights(String name, int outputs, int inputs, float[] weight, float[] bias) {
    this(name, outputs, inputs, weight, bias, null);
  }

  /** Values that the layer takes of a sample. */
  public int inputFeatures() {
    return convolution == null ? inputs : convolution.features();
  }

  /** Values that the layer gives of a sample, in the order of (filter, row, column). */
  public int outputFeatures() {
    return convolution == null ? outputs : (int) convolution.features(outputs);
  }

  /** The weight's shape in PyTorch: [out, in], or [out, in, height, width] of a convolution. */
  int[] shape() {
    return convolution == null
        ? new int[] {outputs, inputs}
        : new int[] {
          outputs, convolution.channels(), convolution.kernelHeight(), convolution.kernelWidth()
        };
  }

  /**
   * Whether the layer takes what another gives: as many values, and the same image if both
   * convolve.
   */
  boolean follows(LayerWeights before) {
    ConvGeometry image = before.convolution;
    if (convolution != null && image != null) {
      return convolution.channels() == before.outputs
          && convolution.height() == image.outputHeight()
          && convolution.width() == image.outputWidth();
    }
    return inputFeatures() == before.outputFeatures();
  }
}
