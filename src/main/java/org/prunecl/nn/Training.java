package org.prunecl.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Adam;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Magnitude;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Samples;
import org.prunecl.ops.Totals;

/**
 * Training steps of a network: forward, softmax-cross-entropy, backward, Adam. A step only
 * enqueues; nothing is read back. Owns what it computes, Adam's moments and the masks that it is
 * given, not the network.
 */
public final class Training implements AutoCloseable {
  private final Network network;
  private final Backpropagation backpropagation;
  private final LayerGradients gradients;
  private final Scope scope = new Scope();

  /** Gradient of one layer's weights at a time: Adam takes it before the next one overwrites it. */
  private final Matrix weightGradient;

  private final List<TrainedLayer> layers = new ArrayList<>();
  private int steps;

  /** A layer's tensors, those of its biases null without biases. */
  private record TrainedLayer(TrainedTensor weights, TrainedTensor bias, Matrix biasGradient) {}

  /**
   * @param network what is trained, in place
   * @param settings Adam's parameters
   * @param maxBatch samples in the largest batch
   */
  public Training(Network network, Adam.Settings settings, int maxBatch) {
    Backend backend = network.backend();
    this.network = network;
    this.gradients = new LayerGradients(backend);
    try {
      this.backpropagation = scope.own(new Backpropagation(network, maxBatch));
      Layer largest = network.layers().get(0);
      for (Layer layer : network.layers()) {
        if (layer.shape().weightBytes() > largest.shape().weightBytes()) {
          largest = layer;
        }
      }
      this.weightGradient = scope.own(backend.matrix(largest.outputs(), largest.inputs()));
      for (Layer layer : network.layers()) {
        Matrix bias = layer.bias();
        layers.add(
            new TrainedLayer(
                scope.own(new TrainedTensor(backend, layer.weights(), settings)),
                bias == null ? null : scope.own(new TrainedTensor(backend, bias, settings)),
                bias == null ? null : scope.own(backend.matrix(bias.rows(), 1))));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Builds the kernels that training needs beside those of {@link ExecutionPlan#prepare(Backend,
   * List, int)}, so that no step has to.
   */
  public static void prepare(Backend backend) {
    Backpropagation.prepare(backend);
    new Adam(backend).prepare();
  }

  /** Builds what training under masks needs beside that. */
  public static void prepareMasked(Backend backend) {
    new Adam(backend).prepareMasked();
    new Magnitude(backend).prepare();
  }

  /** Device memory that training such a network takes, weights included, masks not, bytes. */
  public static long bytes(List<LayerParameters> layers, int maxBatch) {
    long sum = Backpropagation.bytes(layers, maxBatch);
    long largest = 0;
    for (LayerParameters layer : layers) {
      long weights = layer.shape().weightBytes();
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
   * Copies to host memory what {@link #restore} needs to go on from here; of a training without
   * masks.
   */
  public OptimizerState state() {
    return new OptimizerState(
        steps,
        layers.stream()
            .map(
                layer ->
                    new OptimizerState.Layer(
                        layer.weights.moments(), layer.bias == null ? null : layer.bias.moments()))
            .toList());
  }

  /**
   * Goes on from a state, as if the steps up to it had been taken here; the network must have the
   * weights of that moment.
   *
   * @param state of a training of such a network
   */
  public void restore(OptimizerState state) {
    if (state.layers().size() != layers.size()) {
      throw new IllegalArgumentException(
          state.layers().size() + " layers of moments for " + layers.size());
    }
    steps = state.steps();
    for (int i = 0; i < layers.size(); i++) {
      TrainedLayer layer = layers.get(i);
      OptimizerState.Layer from = state.layers().get(i);
      layer.weights.restore(from.weights(), steps);
      if (layer.bias != null) {
        layer.bias.restore(from.bias(), steps);
      }
    }
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
    tensors().forEach(TrainedTensor::clearStray);
    backpropagation.run(samples, first, batch, totals, slot, this::update);
  }

  private void update(int index, Matrix dy, Matrix x) {
    Layer layer = network.layers().get(index);
    TrainedLayer trained = layers.get(index);
    Matrix dw = weightGradient.reshaped(layer.outputs(), layer.inputs());
    if (layer.convolution() != null) {
      gradients.byWeights(layer, dy, x, dw);
      trained.weights.step(dw);
    } else {
      trained.weights.step(dy, x, dw);
    }
    if (trained.bias != null) {
      gradients.byBias(layer, dy, trained.biasGradient);
      trained.bias.step(trained.biasGradient);
    }
  }

  /**
   * Trains under masks from now on: pruned parameters become 0 at once and are 0 in every forward
   * pass and after every step, but for those that {@link #freeNextStep} lets go.
   *
   * @param masks one entry per layer, null where a layer stays as it is, as biases without a mask
   *     do; taken over unless they are refused, and closed when they are replaced or with this
   * @param moments what becomes of the moments of the tensors that get masks
   * @param revive whether the masks replace those before; else what was pruned stays pruned, and is
   *     taken from the masks given
   * @throws IllegalArgumentException when the masks don't fit the layers
   */
  public void masks(List<LayerMasks> masks, Moments moments, boolean revive) {
    check(masks);
    for (int i = 0; i < masks.size(); i++) {
      LayerMasks own = masks.get(i);
      if (own != null) {
        layers.get(i).weights.prune(own.weights(), moments, revive);
        if (own.bias() != null) {
          layers.get(i).bias.prune(own.bias(), moments, revive);
        }
      }
    }
    tensors().forEach(TrainedTensor::clearStray);
  }

  private void check(List<LayerMasks> masks) {
    if (masks.size() != layers.size()) {
      throw new IllegalArgumentException(masks.size() + " masks for " + layers.size() + " layers");
    }
    for (int i = 0; i < masks.size(); i++) {
      LayerMasks own = masks.get(i);
      if (own != null) {
        Layer layer = network.layers().get(i);
        own.weights().checkFits(layer.weights());
        if (own.bias() != null && layer.bias() == null) {
          throw new IllegalArgumentException("A mask for biases that " + layer.name() + " lacks");
        }
        if (own.bias() != null) {
          own.bias().checkFits(layer.bias());
        }
      }
    }
  }

  /**
   * Lets the next step update pruned parameters as if there were no masks, so that masks chosen
   * after it can bring back those that became large: TensorFlow Model Optimization's order. They
   * are 0 again with the masks given next, or with the forward pass of the step after.
   */
  public void freeNextStep() {
    tensors().forEach(TrainedTensor::freeNextStep);
  }

  private Stream<TrainedTensor> tensors() {
    return layers.stream()
        .flatMap(layer -> Stream.of(layer.weights, layer.bias))
        .filter(Objects::nonNull);
  }

  @Override
  public void close() {
    scope.close();
  }
}
