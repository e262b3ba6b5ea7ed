package org.prunecl.nn;

import java.util.ArrayList;
import java.util.List;
import org.prunecl.ops.ConvShape;

/**
 * The layers of a network before they have weights: convolutional ones, then fully connected ones.
 *
 * @param image what a sample is
 * @param convolutions the convolutional layers in order, possibly none
 * @param hidden widths of the fully connected hidden layers, possibly none
 * @param classes number of outputs
 * @param bias whether layers have biases
 */
public record Architecture(
    Image image, List<Filters> convolutions, List<Integer> hidden, int classes, boolean bias) {

  /** An image of so many channels, rows and columns. */
  public record Image(int channels, int height, int width) {}

  /**
   * A convolutional layer.
   *
   * @param count number of filters
   * @param kernelHeight rows of their kernels
   * @param kernelWidth columns of their kernels
   * @param pool side of the squares of max pooling behind it, 1 for none
   */
  public record Filters(int count, int kernelHeight, int kernelWidth, int pool) {}

  /**
   * A layer.
   *
   * @param name {@code conv1}, {@code conv2}, ..., {@code fc1}, {@code fc2}, ...
   */
  public record Layer(String name, LayerShape shape) {}

  /** Makes the lists unmodifiable. */
  public Architecture {
    convolutions = List.copyOf(convolutions);
    hidden = List.copyOf(hidden);
  }

  /** Fully connected layers alone, on samples of so many features. */
  static Architecture connected(int inputs, List<Integer> hidden, int classes, boolean bias) {
    return new Architecture(new Image(1, 1, inputs), List.of(), hidden, classes, bias);
  }

  /**
   * The layers in order; each takes what the one before gives.
   *
   * @throws IllegalArgumentException when an image is smaller than the kernel or the square of
   *     pooling that is laid on it
   */
  public List<Layer> layers() {
    List<Layer> layers = new ArrayList<>();
    Image from = image;
    for (Filters filters : convolutions) {
      ConvShape shape =
          new ConvShape(
              from.channels, from.height, from.width, filters.kernelHeight, filters.kernelWidth);
      Convolution convolution = new Convolution(shape, filters.pool);
      layers.add(
          new Layer(
              "conv" + (layers.size() + 1),
              new LayerShape(filters.count, shape.weights(), convolution)));
      from = new Image(filters.count, convolution.height(), convolution.width());
    }
    int inputs = Math.multiplyExact(from.channels, from.height * from.width);
    for (int i = 0; i <= hidden.size(); i++) {
      int outputs = i < hidden.size() ? hidden.get(i) : classes;
      layers.add(new Layer("fc" + (i + 1), new LayerShape(outputs, inputs, null)));
      inputs = outputs;
    }
    return layers;
  }
}
