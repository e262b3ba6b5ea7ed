package org.prunecl.nn;

import java.util.SplittableRandom;

/** How weights and biases start. */
public enum Initializer {
  /**
   * Keras's default for {@code Dense} and {@code Conv2D}: Glorot-uniform, U(±√(6 / (fan-in +
   * fan-out))), biases zero (Glorot and Bengio, 2010).
   */
  KERAS {
    @Override
    double weightLimit(int fanIn, int fanOut) {
      return Math.sqrt(6.0 / (fanIn + fanOut));
    }

    @Override
    double biasLimit(int fanIn) {
      return 0;
    }
  },
  /**
   * PyTorch's default for {@code nn.Linear} and {@code nn.Conv2d}: U(±1/√fan-in) for weights and
   * biases, which is Kaiming-uniform with a = √5.
   */
  PYTORCH {
    @Override
    double weightLimit(int fanIn, int fanOut) {
      return 1 / Math.sqrt(fanIn);
    }

    @Override
    double biasLimit(int fanIn) {
      return 1 / Math.sqrt(fanIn);
    }
  };

  abstract double weightLimit(int fanIn, int fanOut);

  abstract double biasLimit(int fanIn);

  /**
   * Draws a layer's first weights and biases.
   *
   * @param bias whether the layer has biases
   */
  public LayerParameters layer(
      String name, int outputs, int inputs, boolean bias, SplittableRandom random) {
    return layer(name, new LayerShape(outputs, inputs, null), bias, random);
  }

  /**
   * Draws a layer's first weights and biases. Of a convolutional layer fan-in and fan-out are
   * channels and filters, each times the kernel's rows × columns.
   *
   * @param bias whether the layer has biases
   */
  public LayerParameters layer(
      String name, LayerShape shape, boolean bias, SplittableRandom random) {
    int outputs = shape.outputs();
    int fanIn = shape.inputs();
    Convolution convolution = shape.convolution();
    int fanOut =
        convolution == null
            ? outputs
            : outputs * convolution.shape().kernelHeight() * convolution.shape().kernelWidth();
    float[] weights = uniform(outputs * fanIn, weightLimit(fanIn, fanOut), random);
    float[] biases = bias ? uniform(outputs, biasLimit(fanIn), random) : null;
    return new LayerParameters(name, outputs, fanIn, weights, biases, convolution);
  }

  private static float[] uniform(int count, double limit, SplittableRandom random) {
    float[] values = new float[count];
    if (limit > 0) {
      for (int i = 0; i < count; i++) {
        values[i] = (float) random.nextDouble(-limit, limit);
      }
    }
    return values;
  }
}
