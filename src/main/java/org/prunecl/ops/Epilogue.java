package org.prunecl.ops;

import org.prunecl.opencl.DeviceBuffer;

/**
 * What a product does to its result before storing it: first adds the bias to each row, then
 * applies ReLU, then closes the gate.
 *
 * @param bias one value per row of the result (a matrix of rows × 1), or null for none
 * @param relu whether negative results become zero
 * @param gate of the result's shape, or null for none: where it isn't positive the result becomes
 *     zero, which is the gradient through the ReLU that the gate came from
 */
public record Epilogue(Matrix bias, boolean relu, Matrix gate) {
  /** Stores the product as it is. */
  public static final Epilogue NONE = new Epilogue(null, false);

  /** Applies ReLU alone. */
  public static final Epilogue RELU = new Epilogue(null, true);

  /** Bias and ReLU, no gate. */
  public Epilogue(Matrix bias, boolean relu) {
    this(bias, relu, null);
  }

  /** The gradient through a ReLU whose result was {@code activation}. */
  public static Epilogue throughRelu(Matrix activation) {
    return new Epilogue(null, false, activation);
  }

  DeviceBuffer biasBuffer(int rows) {
    if (bias == null) {
      return null;
    }
    if (bias.rows() != rows || bias.columns() != 1) {
      throw new IllegalArgumentException("A bias of " + bias + " for " + rows + " rows");
    }
    return bias.buffer();
  }

  DeviceBuffer gateBuffer(Matrix result) {
    if (gate == null) {
      return null;
    }
    result.checkSameShape(gate);
    return gate.buffer();
  }

  int reluFlag() {
    return relu ? 1 : 0;
  }
}
