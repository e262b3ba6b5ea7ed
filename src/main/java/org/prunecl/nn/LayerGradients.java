package org.prunecl.nn;

import org.prunecl.ops.Backend;
import org.prunecl.ops.Conv2d;
import org.prunecl.ops.Epilogue;
import org.prunecl.ops.Gemm;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.MaxPool2d;
import org.prunecl.ops.Reduce;

/** The gradients of a layer, fully connected or convolutional, enqueued one by one. */
final class LayerGradients {
  private final Gemm gemm;
  private final Reduce reduce;
  private final Conv2d conv;
  private final MaxPool2d pool;

  LayerGradients(Backend backend) {
    gemm = new Gemm(backend);
    reduce = new Reduce(backend);
    conv = new Conv2d(backend);
    pool = new MaxPool2d(backend);
  }

  /**
   * Builds the kernels that don't depend on layers and batch size; {@link ExecutionPlan#prepare(
   * Backend, java.util.List, int)} builds the others.
   */
  static void prepare(Backend backend) {
    new Gemm(backend).prepare();
    new Reduce(backend).prepare();
  }

  /**
   * From the gradient of pooled values to that of the values before.
   *
   * @param unpooled those values
   * @param dy gradient by the pooled ones
   * @param dx receives the result
   * @param gate what ReLU lets through
   */
  void throughPooling(Layer layer, Matrix unpooled, Matrix dy, Matrix dx, Epilogue gate) {
    pool.backward(layer.shape().pooling(), unpooled, dy, dx, gate);
  }

  /**
   * The gradient by the layer's input.
   *
   * @param dy gradient by the layer's sums
   * @param dx receives the result
   * @param gate what the ReLU of the layer before lets through
   */
  void byInput(Layer layer, Matrix dy, Matrix dx, Epilogue gate) {
    if (layer.convolution() != null) {
      conv.backwardInput(layer.convolution().shape(), layer.weights(), dy, dx, gate);
    } else {
      gemm.multiply(1f, layer.weights(), true, dy, false, 0f, dx, gate);
    }
  }

  /**
   * The gradient by the layer's weights.
   *
   * @param dy gradient by the layer's sums
   * @param x the layer's input
   * @param dw receives the result, outputs × inputs
   */
  void byWeights(Layer layer, Matrix dy, Matrix x, Matrix dw) {
    if (layer.convolution() != null) {
      conv.backwardWeights(layer.convolution().shape(), dy, x, dw);
    } else {
      gemm.multiply(1f, dy, false, x, true, 0f, dw, Epilogue.NONE);
    }
  }

  /**
   * The gradient by the layer's biases.
   *
   * @param dy gradient by the layer's sums
   * @param db receives the result, outputs × 1
   */
  void byBias(Layer layer, Matrix dy, Matrix db) {
    if (layer.convolution() != null) {
      conv.biasGradient(layer.convolution().shape(), dy, db);
    } else {
      reduce.rowSums(dy, db);
    }
  }
}
