package org.prunecl.ops;

import org.prunecl.opencl.DeviceBuffer;

/**
 * What a product does to its result before storing it: first adds the bias to each row, then
 * applies ReLU.
 *
 * @param bias one value per row of the result (a matrix of rows × 1), or null for none
 * @param relu whether negative results become zero
 */
public record Epilogue(Matrix bias, boolean relu) {
  /** Stores the product as it is. */
  public static final Epilogue NONE = new Epilogue(null, false);

  /** Applies ReLU alone. */
  public static final Epilogue RELU = new Epilogue(null, true);

  DeviceBuffer biasBuffer(int rows) {
    if (bias == null) {
      return null;
    }
    if (bias.rows() != rows || bias.columns() != 1) {
      throw new IllegalArgumentException("A bias of " + bias + " for " + rows + " rows");
    }
    return bias.buffer();
  }

  int reluFlag() {
    return relu ? 1 : 0;
  }
}
