package org.prunecl.nn;

import java.util.ArrayList;
import java.util.List;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Adam;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Reduce;
import org.prunecl.ops.Samples;
import org.prunecl.ops.Totals;

/**
 * Training steps of a network: forward, softmax-cross-entropy, backward, Adam. A step only
 * enqueues; nothing is read back. Owns what it computes and Adam's moments, not the network.
 */
public final class Training implements AutoCloseable {
  private final Network network;
  private final Adam.Settings settings;
  private final Backpropagation backpropagation;
  private final Reduce reduce;
  private final Adam adam;
  private final Scope scope = new Scope();

  /** Gradient of one layer's weights at a time: Adam takes it before the next one overwrites it. */
  private final Matrix weightGradient;

  private final List<Moments> moments = new ArrayList<>();
  private int steps;

  /** Adam's moments of a layer's weights and of its biases, the latter null without biases. */
  private record Moments(
      Matrix weights1, Matrix weights2, Matrix biasGradient, Matrix bias1, Matrix bias2) {}

  /**
   * @param network what is trained, in place
   * @param settings Adam's parameters
   * @param maxBatch samples in the largest batch
   */
  public Training(Network network, Adam.Settings settings, int maxBatch) {
    Backend backend = network.backend();
    this.network = network;
    this.settings = settings;
    this.reduce = new Reduce(backend);
    this.adam = new Adam(backend);
    try {
      this.backpropagation = scope.own(new Backpropagation(network, maxBatch));
      Layer largest = network.layers().get(0);
      for (Layer layer : network.layers()) {
        if (weightBytes(layer) > weightBytes(largest)) {
          largest = layer;
        }
      }
      this.weightGradient = scope.own(backend.matrix(largest.outputs(), largest.inputs()));
      for (Layer layer : network.layers()) {
        moments.add(
            new Moments(
                scope.own(like(backend, layer.weights())),
                scope.own(like(backend, layer.weights())),
                scope.own(like(backend, layer.bias())),
                scope.own(like(backend, layer.bias())),
                scope.own(like(backend, layer.bias()))));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Builds the kernels that training needs, so that no step has to. */
  public static void prepare(Backend backend) {
    Backpropagation.prepare(backend);
    new Reduce(backend).prepare();
    new Adam(backend).prepare();
  }

  /** Device memory that training such a network takes, weights included, bytes. */
  public static long bytes(List<LayerParameters> layers, int maxBatch) {
    long sum = Backpropagation.bytes(layers, maxBatch);
    long largest = 0;
    for (LayerParameters layer : layers) {
      long weights = Matrix.bytes(layer.outputs(), layer.inputs());
      long bias = layer.bias() == null ? 0 : Matrix.bytes(layer.outputs(), 1);
      // Weights and two moments; biases also keep their gradient.
      sum += 3 * weights + 4 * bias;
      largest = Math.max(largest, weights);
    }
    return sum + largest;
  }

  /** Steps taken so far. */
  public int steps() {
    return steps;
  }

  /**
   * Enqueues one step on the samples at positions {@code first} to {@code first + batch − 1} of the
   * dataset's order.
   *
   * @param totals receives the batch's loss and correct predictions, measured before the update
   * @param slot index into the totals
   */
  public void step(Samples samples, int first, int batch, Totals totals, int slot) {
    steps++;
    backpropagation.run(samples, first, batch, totals, slot, this::update);
  }

  private void update(int index, Matrix dy, Matrix x) {
    Layer layer = network.layers().get(index);
    Moments moment = moments.get(index);
    Matrix dw = weightGradient.reshaped(layer.outputs(), layer.inputs());
    adam.step(settings, steps, layer.weights(), dy, x, dw, moment.weights1, moment.weights2, null);
    if (layer.bias() != null) {
      reduce.rowSums(dy, moment.biasGradient);
      adam.step(settings, steps, layer.bias(), moment.biasGradient, moment.bias1, moment.bias2);
    }
  }

  private static long weightBytes(Layer layer) {
    return Matrix.bytes(layer.outputs(), layer.inputs());
  }

  private static Matrix like(Backend backend, Matrix matrix) {
    return matrix == null ? null : backend.matrix(matrix.rows(), matrix.columns());
  }

  @Override
  public void close() {
    scope.close();
  }
}
