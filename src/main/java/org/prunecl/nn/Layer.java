package org.prunecl.nn;

import org.prunecl.ops.Backend;
import org.prunecl.ops.Epilogue;
import org.prunecl.ops.Matrix;

/**
 * A layer on the device: y = act(W · x + b), or act(W ∗ x + b) and max pooling where it is
 * convolutional, act being ReLU or nothing. Owns its weights.
 */
public final class Layer implements AutoCloseable {
  private final String name;
  private final LayerShape shape;
  private final boolean relu;
  private final Matrix weights;
  private final Matrix bias;

  /**
   * Uploads a layer.
   *
   * @param relu whether ReLU follows
   */
  Layer(Backend backend, LayerParameters parameters, boolean relu) {
    this.name = parameters.name();
    this.shape = parameters.shape();
    this.relu = relu;
    this.weights = backend.matrix(parameters.outputs(), parameters.inputs(), parameters.weights());
    try {
      this.bias =
          parameters.bias() == null
              ? null
              : backend.matrix(parameters.outputs(), 1, parameters.bias());
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  /** The layer's name, as it stands in model files. */
  public String name() {
    return name;
  }

  /** The shape of the weights, and of the values that the layer takes and gives. */
  public LayerShape shape() {
    return shape;
  }

  /** How the filters are applied, or null where the layer is fully connected. */
  public Convolution convolution() {
    return shape.convolution();
  }

  /** Number of units or filters. */
  public int outputs() {
    return weights.rows();
  }

  /** Weights of each unit or filter. */
  public int inputs() {
    return weights.columns();
  }

  /** Outputs × inputs. */
  public Matrix weights() {
    return weights;
  }

  /** Outputs × 1, or null. */
  public Matrix bias() {
    return bias;
  }

  /** Whether ReLU follows. */
  public boolean relu() {
    return relu;
  }

  /** What a product with these weights does before it stores its result. */
  public Epilogue epilogue() {
    return new Epilogue(bias, relu);
  }

  /** Copies the weights to host memory. */
  public LayerParameters read() {
    return new LayerParameters(
        name,
        outputs(),
        inputs(),
        weights.read(),
        bias == null ? null : bias.read(),
        convolution());
  }

  @Override
  public void close() {
    weights.close();
    if (bias != null) {
      bias.close();
    }
  }
}
