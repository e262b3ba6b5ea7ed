package org.prunecl.ops;

import org.prunecl.opencl.DeviceBuffer;

/**
 * A matrix of floats on the device. Its rows × columns are what users see; how they lie in memory
 * is private to this package: row by row, each row padded to a multiple of 16 floats, a single
 * column unpadded. What the padding holds is unspecified.
 *
 * <p>Owns its memory, except for a {@link #reshaped view}.
 */
public final class Matrix implements AutoCloseable {
  private static final int LANES = 16;

  private final Backend backend;
  private final int rows;
  private final int columns;
  private final DeviceBuffer buffer;
  private final boolean owner;

  private Matrix(Backend backend, int rows, int columns, DeviceBuffer buffer, boolean owner) {
    this.backend = backend;
    this.rows = rows;
    this.columns = columns;
    this.buffer = buffer;
    this.owner = owner;
  }

  static Matrix allocate(Backend backend, int rows, int columns, boolean shared) {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException("A matrix of " + rows + " × " + columns);
    }
    if (bytes(rows, columns) / Float.BYTES > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "A matrix of " + rows + " × " + columns + " has more elements than an index can count");
    }
    long bytes = bytes(rows, columns);
    DeviceBuffer buffer =
        shared ? backend.context().allocateShared(bytes) : backend.context().allocate(bytes);
    Matrix matrix = new Matrix(backend, rows, columns, buffer, true);
    try {
      matrix.fill(0f);
      if (buffer.view() != null) {
        // The host writes to it without asking.
        backend.finish();
      }
      return matrix;
    } catch (RuntimeException e) {
      matrix.close();
      throw e;
    }
  }

  /** Bytes of device memory that a matrix of this shape takes. */
  public static long bytes(int rows, int columns) {
    return roundUp((long) rows * leadingDimension(columns)) * Float.BYTES;
  }

  static int leadingDimension(int columns) {
    return columns == 1 ? 1 : (int) roundUp(columns);
  }

  private static long roundUp(long n) {
    return (n + LANES - 1) / LANES * LANES;
  }

  /** So many floats with what fills up their last 16. */
  static int padded(int floats) {
    return (int) roundUp(floats);
  }

  /** Number of rows. */
  public int rows() {
    return rows;
  }

  /** Number of columns. */
  public int columns() {
    return columns;
  }

  /** Floats from the start of one row to the start of the next. */
  int leadingDimension() {
    return leadingDimension(columns);
  }

  /** Floats in memory, padding included; a multiple of 16. */
  int paddedSize() {
    return (int) roundUp((long) rows * leadingDimension());
  }

  DeviceBuffer buffer() {
    return buffer;
  }

  /**
   * A view of the same memory with another shape, for a batch smaller than the largest. The
   * contents of the view are unspecified until written. The view need not be closed.
   *
   * @throws IllegalArgumentException when the shape takes more memory than there is
   */
  public Matrix reshaped(int newRows, int newColumns) {
    if (newRows == rows && newColumns == columns) {
      return this;
    }
    if (bytes(newRows, newColumns) > buffer.bytes()) {
      throw new IllegalArgumentException(
          "A view of "
              + newRows
              + " × "
              + newColumns
              + " on a matrix of "
              + rows
              + " × "
              + columns);
    }
    return new Matrix(backend, newRows, newColumns, buffer, false);
  }

  /** Copies the values, row by row without padding, to the device. */
  public Matrix write(float[] values) {
    checkCount(values);
    if (values.length == paddedSize()) {
      buffer.write(values);
      return this;
    }
    // All of the padding too: a part left unwritten counts as uninitialised to checking tools.
    int ld = leadingDimension();
    float[] padded = new float[paddedSize()];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(values, r * columns, padded, r * ld, columns);
    }
    buffer.write(padded);
    return this;
  }

  /** Reads the values, row by row without padding. Waits for all that was enqueued before. */
  public float[] read() {
    int ld = leadingDimension();
    float[] padded = buffer.readFloats(rows * ld, 0);
    if (ld == columns) {
      return padded;
    }
    float[] values = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(padded, r * ld, values, r * columns, columns);
    }
    return values;
  }

  /** Enqueues a copy of all of {@code source}, which has the same shape; does not wait. */
  public void copyFrom(Matrix source) {
    checkSameShape(source);
    buffer.copyFrom(source.buffer, (long) paddedSize() * Float.BYTES);
  }

  /** Enqueues setting every element to this value; does not wait. */
  public void fill(float value) {
    Elementwise.fill(backend, this, value);
  }

  void checkCount(float[] values) {
    if (values.length != (long) rows * columns) {
      throw new IllegalArgumentException(
          values.length + " values for a matrix of " + rows + " × " + columns);
    }
  }

  void checkSameShape(Matrix other) {
    if (other.rows != rows || other.columns != columns) {
      throw new IllegalArgumentException("Shapes differ: " + this + " and " + other);
    }
  }

  @Override
  public String toString() {
    return rows + " × " + columns;
  }

  @Override
  public void close() {
    if (owner) {
      buffer.close();
    }
  }
}
