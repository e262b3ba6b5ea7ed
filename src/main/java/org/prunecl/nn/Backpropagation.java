package org.prunecl.nn;

import java.util.List;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Epilogue;
import org.prunecl.ops.Labels;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Relu;
import org.prunecl.ops.Samples;
import org.prunecl.ops.SoftmaxCrossEntropy;
import org.prunecl.ops.Totals;

/**
 * Forward pass, softmax-cross-entropy and backward pass of a batch. Only enqueues; nothing is read
 * back. Owns activations and their gradients, not the network.
 */
final class Backpropagation implements AutoCloseable {
  private final Network network;
  private final ExecutionPlan plan;
  private final LayerGradients layerGradients;
  private final Scope scope = new Scope();
  private final Matrix input;
  private final Labels labels;
  private final Activations activations;
  private final Activations gradients;
  private final SoftmaxCrossEntropy loss;

  /** Takes what the gradient of a layer's weights and biases is made of. */
  @FunctionalInterface
  interface Receiver {
    /**
     * Called once for each layer, the last one first. The layer may be changed: nothing of the
     * batch uses it any more.
     *
     * @param layer its index
     * @param dy gradient of the batch's mean loss by the layer's sums: as many × batch
     * @param x the layer's input: its features × batch
     */
    void accept(int layer, Matrix dy, Matrix x);
  }

  /**
   * @param network whose weights are used as they are at each run
   * @param maxBatch samples in the largest batch
   */
  Backpropagation(Network network, int maxBatch) {
    Backend backend = network.backend();
    this.network = network;
    this.layerGradients = new LayerGradients(backend);
    try {
      this.plan = scope.own(ExecutionPlan.dense(network));
      this.input = scope.own(backend.matrix(network.inputs(), maxBatch));
      this.labels = scope.own(new Labels(backend, maxBatch));
      this.activations = scope.own(plan.activations(maxBatch));
      this.gradients = scope.own(plan.activations(maxBatch));
      this.loss = scope.own(new SoftmaxCrossEntropy(backend, maxBatch));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Builds the kernels, so that no later call has to. */
  static void prepare(Backend backend) {
    LayerGradients.prepare(backend);
    new Relu(backend).prepare();
    SoftmaxCrossEntropy.prepare(backend);
    Samples.prepare(backend);
  }

  /** Device memory that it takes beside the network's weights, bytes. */
  static long bytes(List<LayerParameters> layers, int maxBatch) {
    List<LayerShape> shapes = layers.stream().map(LayerParameters::shape).toList();
    return Matrix.bytes(layers.get(0).inputFeatures(), maxBatch)
        + Labels.bytes(maxBatch)
        + SoftmaxCrossEntropy.bytes(maxBatch)
        + 2 * Activations.bytes(shapes, maxBatch);
  }

  /**
   * Enqueues one batch: the samples at positions {@code first} to {@code first + batch − 1} of the
   * dataset's order.
   *
   * @param totals receives the batch's loss and correct predictions
   * @param slot index into the totals
   */
  void run(Samples samples, int first, int batch, Totals totals, int slot, Receiver receiver) {
    Matrix x = input.reshaped(input.rows(), batch);
    samples.gather(first, x, labels);
    Matrix logits = plan.forward(x, activations);
    int last = network.layers().size() - 1;
    loss.run(logits, labels, gradients.of(last, batch), totals, slot);
    for (int i = last; i >= 0; i--) {
      Layer layer = network.layers().get(i);
      if (layer.shape().pooled()) {
        throughPooling(i, batch, i < last);
      }
      Matrix dy = gradients.unpooled(i, batch);
      if (i > 0) {
        layerGradients.byInput(layer, dy, gradients.of(i - 1, batch), gate(i - 1, batch));
      }
      receiver.accept(i, dy, i > 0 ? activations.of(i - 1, batch) : x);
    }
  }

  /** The ReLU of a layer closes where its values are: in front of pooling, if there is any. */
  private Epilogue gate(int index, int batch) {
    boolean pooled = network.layers().get(index).shape().pooled();
    return pooled ? Epilogue.NONE : Epilogue.throughRelu(activations.of(index, batch));
  }

  private void throughPooling(int index, int batch, boolean relu) {
    Matrix unpooled = activations.unpooled(index, batch);
    layerGradients.throughPooling(
        network.layers().get(index),
        unpooled,
        gradients.of(index, batch),
        gradients.unpooled(index, batch),
        relu ? Epilogue.throughRelu(unpooled) : Epilogue.NONE);
  }

  @Override
  public void close() {
    scope.close();
  }
}
