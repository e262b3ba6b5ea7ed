package org.prunecl.ops;

import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.Scope;

/**
 * A matrix on the device that stores its elements other than zero, in one of the forms of {@link
 * SparseForm}. Owns its memory.
 */
public abstract sealed class SparseMatrix implements AutoCloseable
    permits CsrMatrix, BlockedMatrix, SlicedMatrix, WindowedMatrix, ColumnMatrix, OrderedMatrix {
  private final int rows;
  private final int columns;
  private final int nonzeros;
  private final Scope scope;

  /**
   * @param scope what it owns
   */
  SparseMatrix(int rows, int columns, int nonzeros, Scope scope) {
    this.rows = rows;
    this.columns = columns;
    this.nonzeros = nonzeros;
    this.scope = scope;
  }

  /** Number of rows. */
  public final int rows() {
    return rows;
  }

  /** Number of columns. */
  public final int columns() {
    return columns;
  }

  /** Elements other than zero. */
  public final int nonzeros() {
    return nonzeros;
  }

  /** Device memory that it takes, bytes. */
  public abstract long bytes();

  /**
   * Writes every element, zeros too, into a matrix of the same shape; does not wait.
   *
   * @throws IllegalArgumentException when the shapes differ
   */
  public final void toDense(Matrix target) {
    if (target.rows() != rows || target.columns() != columns) {
      throw new IllegalArgumentException(
          "%d × %d elements into %s".formatted(rows, columns, target));
    }
    target.fill(0f);
    scatter(target);
  }

  /** Writes the elements other than zero into a matrix of zeros. */
  abstract void scatter(Matrix target);

  /** Y = epilogue(this · X) but for the gate; the shapes have been checked. */
  abstract void multiply(Matrix x, Matrix y, Epilogue epilogue);

  /** For forms that multiply nothing else. */
  static void checkVector(Matrix x) {
    if (x.columns() != 1) {
      throw new IllegalArgumentException("A form for vectors times " + x);
    }
  }

  /** The bytes of these buffers. */
  static long bytes(DeviceBuffer... buffers) {
    long sum = 0;
    for (DeviceBuffer buffer : buffers) {
      sum += buffer.bytes();
    }
    return sum;
  }

  @Override
  public final void close() {
    scope.close();
  }
}
