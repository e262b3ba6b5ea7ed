package org.prunecl.io;

import java.util.Optional;

/**
 * A layer as its tensors have it: of a convolution they don't say what its filters slide over.
 *
 * @param name the layer's name
 * @param shape of the weight: [out, in], or [out, in, height, width] of a convolution
 * @param weight row-major; not copied
 * @param bias {@code out} values, or null for none; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // compared with nothing
record LayerTensors(String name, int[] shape, float[] weight, float[] bias) {
  /** Dimensions of a fully connected layer's weight. */
  static final int MATRIX = 2;

  /** Dimensions of a convolution's weight. */
  static final int FILTERS = 4;

  /** Whether the weight is a convolution's. */
  boolean convolves() {
    return shape.length == FILTERS;
  }

  /** The channels of the images that a convolution takes. */
  int channels() {
    return shape[1];
  }

  /** The layer, fully connected. */
  LayerWeights connected() {
    return new LayerWeights(name, shape[0], shape[1], weight, bias);
  }

  /** The layer as a convolution of such images, or nothing if they or the pooling don't suit it. */
  Optional<LayerWeights> convolving(int height, int width, int pool) {
    int kernelHeight = shape[2];
    int kernelWidth = shape[3];
    if (!ConvGeometry.possible(channels(), height, width, kernelHeight, kernelWidth, pool)) {
      return Optional.empty();
    }
    ConvGeometry geometry =
        new ConvGeometry(channels(), height, width, kernelHeight, kernelWidth, pool);
    return geometry.features(shape[0]) > Integer.MAX_VALUE
        ? Optional.empty()
        : Optional.of(new LayerWeights(name, shape[0], geometry.weights(), weight, bias, geometry));
  }
}
