package org.prunecl.ops;

import org.prunecl.opencl.DeviceBuffer;

/**
 * Which elements of a matrix are kept: one byte each, on the device, in the matrix's layout. What
 * stands in the padding is pruned. Owns its memory.
 */
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
    try {
      // Kernels that walk whole rows read the padding.
      buffer.write(new byte[shape.paddedSize()]);
    } catch (RuntimeException e) {
      buffer.close();
      throw e;
    }
  }

  /**
   * A mask from host memory.
   *
   * @param shape what is masked
   * @param keep row by row without padding: 1 keeps, 0 prunes
   */
  public static Mask of(Backend backend, Matrix shape, byte[] keep) {
    if (keep.length != (long) shape.rows() * shape.columns()) {
      throw new IllegalArgumentException(keep.length + " flags for a matrix of " + shape);
    }
    int ld = shape.leadingDimension();
    byte[] padded = new byte[shape.paddedSize()];
    for (int r = 0; r < shape.rows(); r++) {
      System.arraycopy(keep, r * shape.columns(), padded, r * ld, shape.columns());
    }
    Mask mask = new Mask(backend, shape);
    try {
      mask.buffer.write(padded);
      return mask;
    } catch (RuntimeException e) {
      mask.close();
      throw e;
    }
  }

  /** Bytes of device memory that a mask of a matrix of this shape takes. */
  public static long bytes(int rows, int columns) {
    return Matrix.bytes(rows, columns) / Float.BYTES;
  }

  int rows() {
    return rows;
  }

  int columns() {
    return columns;
  }

  DeviceBuffer buffer() {
    return buffer;
  }

  int leadingDimension() {
    return leadingDimension;
  }

  /**
   * Checks the shape.
   *
   * @throws IllegalArgumentException when the matrix has another
   */
  public void checkFits(Matrix matrix) {
    if (matrix.rows() != rows || matrix.columns() != columns) {
      throw new IllegalArgumentException(
          "A mask of " + rows + " × " + columns + " on a matrix of " + matrix);
    }
  }

  void checkSameShape(Mask other) {
    if (other.rows != rows || other.columns != columns) {
      throw new IllegalArgumentException(
          "Masks of " + rows + " × " + columns + " and " + other.rows + " × " + other.columns);
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
