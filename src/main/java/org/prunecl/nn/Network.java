package org.prunecl.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Matrix;

/**
 * A network on the device: convolutional layers, then fully connected ones, with ReLU between them,
 * none after the last. Activations are features × batch; an image's features lie channel by
 * channel, row by row, as PyTorch's do. Owns its layers.
 */
public final class Network implements AutoCloseable {
  private final Backend backend;
  private final List<Layer> layers;

  private Network(Backend backend, List<Layer> layers) {
    this.backend = backend;
    this.layers = List.copyOf(layers);
  }

  /**
   * Uploads a network.
   *
   * @param parameters one entry per layer; each takes what the one before gives
   */
  public static Network of(Backend backend, List<LayerParameters> parameters) {
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException("A network without layers");
    }
    List<Layer> layers = new ArrayList<>();
    try {
      for (int i = 0; i < parameters.size(); i++) {
        if (i > 0 && !parameters.get(i).shape().follows(parameters.get(i - 1).shape())) {
          throw new IllegalArgumentException(
              "Layer " + parameters.get(i).name() + " does not take what the one before gives");
        }
        layers.add(new Layer(backend, parameters.get(i), i < parameters.size() - 1));
      }
      return new Network(backend, layers);
    } catch (RuntimeException e) {
      layers.forEach(Layer::close);
      throw e;
    }
  }

  /**
   * The first parameters of a network, layers named {@code fc1}, {@code fc2}, ...
   *
   * @param inputs features of a sample
   * @param hidden widths of the hidden layers, possibly none
   * @param outputs number of classes
   */
  public static List<LayerParameters> initialize(
      int inputs,
      List<Integer> hidden,
      int outputs,
      boolean bias,
      Initializer initializer,
      long seed) {
    return initialize(Architecture.connected(inputs, hidden, outputs, bias), initializer, seed);
  }

  /** The first parameters of a network. */
  public static List<LayerParameters> initialize(
      Architecture architecture, Initializer initializer, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return architecture.layers().stream()
        .map(layer -> initializer.layer(layer.name(), layer.shape(), architecture.bias(), random))
        .toList();
  }

  /** Device memory that such a network takes, bytes. */
  public static long bytes(List<LayerParameters> parameters) {
    return parameters.stream()
        .mapToLong(
            layer ->
                Matrix.bytes(layer.outputs(), layer.inputs())
                    + (layer.bias() == null ? 0 : Matrix.bytes(layer.outputs(), 1)))
        .sum();
  }

  /** The device's operations. */
  public Backend backend() {
    return backend;
  }

  /** The layers in order. */
  public List<Layer> layers() {
    return layers;
  }

  /** Features of a sample. */
  public int inputs() {
    return layers.get(0).shape().inputFeatures();
  }

  /** Number of classes. */
  public int outputs() {
    return layers.get(layers.size() - 1).shape().outputFeatures();
  }

  /** The layers' shapes in order. */
  List<LayerShape> shapes() {
    return layers.stream().map(Layer::shape).toList();
  }

  /** Copies all parameters to host memory. */
  public List<LayerParameters> read() {
    return layers.stream().map(Layer::read).toList();
  }

  @Override
  public void close() {
    layers.forEach(Layer::close);
  }
}
