package org.prunecl.ops;

import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;

/**
 * A dense matrix kept transposed, for products with vectors of which many elements are zero, on CPU
 * devices. Columns that meet a zero are not read, so that products take less time the more zeros
 * there are; where such a column isn't finite, the result doesn't show it. See {@code
 * gemv_columns_cpu.cl}.
 *
 * <p>Owns the transposed copy.
 */
public final class DenseColumns implements AutoCloseable {
  /** Vectors in the tile of results that stays in registers, as in the kernel. */
  private static final int TILE = 8;

  private static final int GROUPS_PER_UNIT = 2;
  private static final String KERNEL = "gemv_columns";

  private final Backend backend;
  private final KernelSource source;
  private final Matrix transposed;

  private DenseColumns(Backend backend, Matrix transposed) {
    this.backend = backend;
    this.source = source(backend);
    this.transposed = transposed;
  }

  /** Whether the device multiplies matrices of so many rows in this form at this batch size. */
  public static boolean suits(Backend backend, int rows, int batch) {
    return backend.cpu() && batch == 1 && rows > 1;
  }

  /** Builds the kernels, so that no later call has to. */
  public static void prepare(Backend backend) {
    new Transpose(backend).prepare();
    backend.context().prepareShort(source(backend), KERNEL);
  }

  /**
   * Copies a matrix, transposed on the device.
   *
   * @param weights M × K
   * @throws IllegalArgumentException when the form doesn't suit it
   */
  public static DenseColumns of(Backend backend, Matrix weights) {
    if (!suits(backend, weights.rows(), 1)) {
      throw new IllegalArgumentException("Dense columns of " + weights);
    }
    Matrix transposed =
        backend.matrix(/* rows= */ weights.columns(), /* columns= */ weights.rows());
    try {
      new Transpose(backend).run(weights, transposed);
      return new DenseColumns(backend, transposed);
    } catch (RuntimeException e) {
      transposed.close();
      throw e;
    }
  }

  /** Number of rows of the matrix, M. */
  public int rows() {
    return transposed.columns();
  }

  /** Number of columns of the matrix, K. */
  public int columns() {
    return transposed.rows();
  }

  /** Device memory that it takes, bytes. */
  public long bytes() {
    return transposed.buffer().bytes();
  }

  /**
   * y = epilogue(W · x).
   *
   * @param x K × 1
   * @param y M × 1; must not be {@code x}
   * @throws IllegalArgumentException when the shapes don't fit
   */
  public void multiply(Matrix x, Matrix y, Epilogue epilogue) {
    if (x.rows() != columns() || y.rows() != rows() || x.columns() != 1 || y.columns() != 1) {
      throw new IllegalArgumentException(
          "Shapes don't fit: %d × %d times %s into %s".formatted(rows(), columns(), x, y));
    }
    int ld = transposed.leadingDimension();
    int tile = TILE * backend.vectorLanes();
    long wanted = GROUPS_PER_UNIT * (long) backend.device().computeUnits();
    int perGroup = tile * (int) Range.groups(Range.groups(ld, tile), wanted);
    backend
        .kernel(source, KERNEL, bytes())
        .launch(
            Range.of(Range.groups(ld, perGroup), 1),
            columns(),
            transposed.buffer(),
            ld,
            x.buffer(),
            y.buffer(),
            epilogue.biasBuffer(rows()),
            epilogue.reluFlag(),
            perGroup);
    if (epilogue.gate() != null) {
      new Relu(backend).backward(epilogue.gate(), y);
    }
  }

  private static KernelSource source(Backend backend) {
    return KernelSource.of("gemv_columns_cpu.cl").with("LANES", backend.vectorLanes());
  }

  @Override
  public void close() {
    transposed.close();
  }
}
