package org.prunecl.nn;

import java.util.List;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Epilogue;
import org.prunecl.ops.Gemm;
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
  private final Gemm gemm;
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
     * @param dy gradient of the batch's mean loss by the layer's sums: outputs × batch
     * @param x the layer's input: inputs × batch
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
    this.gemm = new Gemm(backend);
    try {
      this.plan = scope.own(ExecutionPlan.dense(network));
      this.input = scope.own(backend.matrix(network.inputs(), maxBatch));
      this.labels = scope.own(new Labels(backend, maxBatch));
      this.activations = scope.own(new Activations(backend, plan.widths(), maxBatch));
      this.gradients = scope.own(new Activations(backend, plan.widths(), maxBatch));
      this.loss = scope.own(new SoftmaxCrossEntropy(backend, maxBatch));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Builds the kernels, so that no later call has to. */
  static void prepare(Backend backend) {
    new Gemm(backend).prepare();
    new Relu(backend).prepare();
    SoftmaxCrossEntropy.prepare(backend);
    Samples.prepare(backend);
  }

  /** Device memory that it takes beside the network's weights, bytes. */
  static long bytes(List<LayerParameters> layers, int maxBatch) {
    List<Integer> widths = layers.stream().map(LayerParameters::outputs).toList();
    return Matrix.bytes(layers.get(0).inputs(), maxBatch)
        + Labels.bytes(maxBatch)
        + SoftmaxCrossEntropy.bytes(maxBatch)
        + 2 * Activations.bytes(widths, maxBatch);
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
      Matrix dy = gradients.of(i, batch);
      if (i > 0) {
        Matrix dx = gradients.of(i - 1, batch);
        Epilogue throughRelu = Epilogue.throughRelu(activations.of(i - 1, batch));
        gemm.multiply(1f, layer.weights(), true, dy, false, 0f, dx, throughRelu);
      }
      receiver.accept(i, dy, i > 0 ? activations.of(i - 1, batch) : x);
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
