package org.prunecl.ops;

import org.prunecl.opencl.DeviceBuffer;

/** Which elements of a matrix are kept: one byte each, on the device. Owns its memory. */
public final class Mask implements AutoCloseable {
  private final int rows;
  private final int columns;
  private final int leadingDimension;
  private final DeviceBuffer buffer;

  Mask(Backend backend, Matrix shape) {
    this.rows = shape.rows();
    this.columns = shape.columns();
    this.leadingDimension = shape.leadingDimension();
    this.buffer = backend.context().allocate(shape.paddedSize());
  }

  DeviceBuffer buffer() {
    return buffer;
  }

  int leadingDimension() {
    return leadingDimension;
  }

  void checkFits(Matrix matrix) {
    if (matrix.rows() != rows || matrix.columns() != columns) {
      throw new IllegalArgumentException(
          "A mask of " + rows + " × " + columns + " on a matrix of " + matrix);
    }
  }

  /** Reads the mask, row by row without padding: 1 keeps, 0 prunes. */
  public byte[] read() {
    byte[] padded = buffer.readBytes(rows * leadingDimension);
    byte[] values = new byte[rows * columns];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(padded, r * leadingDimension, values, r * columns, columns);
    }
    return values;
  }

  @Override
  public void close() {
    buffer.close();
  }
}
