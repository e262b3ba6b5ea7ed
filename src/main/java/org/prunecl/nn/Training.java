package org.prunecl.nn;

import java.util.ArrayList;
import java.util.List;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Adam;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Conv2d;
import org.prunecl.ops.Epilogue;
import org.prunecl.ops.Gemm;
import org.prunecl.ops.Labels;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.MaxPool2d;
import org.prunecl.ops.Reduce;
import org.prunecl.ops.Relu;
import org.prunecl.ops.Samples;
import org.prunecl.ops.SoftmaxCrossEntropy;
import org.prunecl.ops.Totals;

/**
 * Training steps of a network: forward, softmax-cross-entropy, backward, Adam. A step only
 * enqueues; nothing is read back. Owns activations, gradients and Adam's moments, not the network.
 */
public final class Training implements AutoCloseable {
  private final Network network;
  private final Adam.Settings settings;
  private final ExecutionPlan plan;
  private final Gemm gemm;
  private final Conv2d conv;
  private final MaxPool2d pool;
  private final Reduce reduce;
  private final Adam adam;
  private final Scope scope = new Scope();
  private final Matrix input;
  private final Labels labels;
  private final Activations activations;
  private final Activations gradients;
  private final SoftmaxCrossEntropy loss;

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
    this.gemm = new Gemm(backend);
    this.conv = new Conv2d(backend);
    this.pool = new MaxPool2d(backend);
    this.reduce = new Reduce(backend);
    this.adam = new Adam(backend);
    try {
      this.plan = scope.own(ExecutionPlan.dense(network));
      this.input = scope.own(backend.matrix(network.inputs(), maxBatch));
      this.labels = scope.own(new Labels(backend, maxBatch));
      this.activations = scope.own(plan.activations(maxBatch));
      this.gradients = scope.own(plan.activations(maxBatch));
      this.loss = scope.own(new SoftmaxCrossEntropy(backend, maxBatch));
      Layer largest = network.layers().get(0);
      for (Layer layer : network.layers()) {
        if (layer.shape().weightBytes() > largest.shape().weightBytes()) {
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

  /**
   * Builds the kernels that training needs beside those of {@link ExecutionPlan#prepare(Backend,
   * List, int)}, so that no step has to.
   */
  public static void prepare(Backend backend) {
    new Gemm(backend).prepare();
    new Relu(backend).prepare();
    new Reduce(backend).prepare();
    new Adam(backend).prepare();
    SoftmaxCrossEntropy.prepare(backend);
    Samples.prepare(backend);
  }

  /** Device memory that training such a network takes, weights included, bytes. */
  public static long bytes(List<LayerParameters> layers, int maxBatch) {
    long sum =
        Matrix.bytes(layers.get(0).inputFeatures(), maxBatch)
            + Labels.bytes(maxBatch)
            + SoftmaxCrossEntropy.bytes(maxBatch);
    long largest = 0;
    for (LayerParameters layer : layers) {
      long weights = layer.shape().weightBytes();
      long bias = layer.bias() == null ? 0 : Matrix.bytes(layer.outputs(), 1);
      // Weights and two moments; biases also keep their gradient; activations and their gradients.
      sum += 3 * weights + 4 * bias + 2 * Activations.bytes(layer.shape(), maxBatch);
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
    Matrix x = input.reshaped(input.rows(), batch);
    samples.gather(first, x, labels);
    Matrix logits = plan.forward(x, activations);
    int last = network.layers().size() - 1;
    loss.run(logits, labels, gradients.of(last, batch), totals, slot);
    for (int i = last; i >= 0; i--) {
      Layer layer = network.layers().get(i);
      if (layer.shape().pooled()) {
        throughPooling(layer, i, batch, i < last);
      }
      Matrix dy = gradients.unpooled(i, batch);
      if (i > 0) {
        backward(layer, dy, gradients.of(i - 1, batch), gate(i - 1, batch));
      }
      update(layer, moments.get(i), dy, i > 0 ? activations.of(i - 1, batch) : x);
    }
  }

  /** The ReLU of a layer closes where it is next to its values: behind pooling, in front of it. */
  private Epilogue gate(int index, int batch) {
    boolean pooled = network.layers().get(index).shape().pooled();
    return pooled ? Epilogue.NONE : Epilogue.throughRelu(activations.of(index, batch));
  }

  private void throughPooling(Layer layer, int index, int batch, boolean relu) {
    Matrix unpooled = activations.unpooled(index, batch);
    pool.backward(
        layer.shape().pooling(),
        unpooled,
        gradients.of(index, batch),
        gradients.unpooled(index, batch),
        relu ? Epilogue.throughRelu(unpooled) : Epilogue.NONE);
  }

  private void backward(Layer layer, Matrix dy, Matrix dx, Epilogue gate) {
    if (layer.convolution() != null) {
      conv.backwardInput(layer.convolution().shape(), layer.weights(), dy, dx, gate);
    } else {
      gemm.multiply(1f, layer.weights(), true, dy, false, 0f, dx, gate);
    }
  }

  private void update(Layer layer, Moments moment, Matrix dy, Matrix x) {
    Matrix dw = weightGradient.reshaped(layer.outputs(), layer.inputs());
    Convolution convolution = layer.convolution();
    if (convolution != null) {
      conv.backwardWeights(convolution.shape(), dy, x, dw);
      adam.step(settings, steps, layer.weights(), dw, moment.weights1, moment.weights2);
    } else {
      adam.step(settings, steps, layer.weights(), dy, x, dw, moment.weights1, moment.weights2);
    }
    if (layer.bias() != null) {
      if (convolution != null) {
        conv.biasGradient(convolution.shape(), dy, moment.biasGradient);
      } else {
        reduce.rowSums(dy, moment.biasGradient);
      }
      adam.step(settings, steps, layer.bias(), moment.biasGradient, moment.bias1, moment.bias2);
    }
  }

  private static Matrix like(Backend backend, Matrix matrix) {
    return matrix == null ? null : backend.matrix(matrix.rows(), matrix.columns());
  }

  @Override
  public void close() {
    scope.close();
  }
}
