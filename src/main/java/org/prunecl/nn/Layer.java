package org.prunecl.nn;

import org.prunecl.ops.Backend;
import org.prunecl.ops.Epilogue;
import org.prunecl.ops.Matrix;

/**
 * A fully connected layer on the device: y = act(W · x + b), act being ReLU or nothing. Owns its
 * weights.
 */
public final class Layer implements AutoCloseable {
  private final String name;
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

  /** Number of units. */
  public int outputs() {
    return weights.rows();
  }

  /** Inputs of each unit. */
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
        name, outputs(), inputs(), weights.read(), bias == null ? null : bias.read());
  }

  @Override
  public void close() {
    weights.close();
    if (bias != null) {
      bias.close();
    }
  }
}
