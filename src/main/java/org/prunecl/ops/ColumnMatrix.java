package org.prunecl.ops;

import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;
import org.prunecl.opencl.Scope;

/**
 * Compressed sparse columns, the rows cut into blocks, with 16-bit row indices; for CPU devices and
 * vectors. Columns that meet a zero of the vector are not read, so that products take less time the
 * more zeros it has; where such a column isn't finite, the result doesn't show it. See {@code
 * spmv_columns_cpu.cl}.
 */
public final class ColumnMatrix extends SparseMatrix {
  private static final int MOST_ROWS = 2048;
  private static final KernelSource SOURCE =
      KernelSource.of("spmv_columns_cpu.cl").with("ROWS", MOST_ROWS);
  private static final String KERNEL = "spmv_columns";

  /** Fewer rows don't repay a group's own walk along the vector. */
  private static final int LEAST_ROWS = 256;

  private final Backend backend;
  private final CompressedRows transposed;

  private ColumnMatrix(Backend backend, Matrix dense, CompressedRows transposed, Scope scope) {
    super(dense.rows(), dense.columns(), transposed.nonzeros(), scope);
    this.backend = backend;
    this.transposed = transposed;
  }

  /** Builds the kernels, so that no later call has to. */
  static void prepare(Backend backend) {
    CompressedRows.prepare(backend, Integer.BYTES);
    CompressedRows.prepare(backend, Short.BYTES);
    new Transpose(backend).prepare();
    backend.context().prepareShort(SOURCE, KERNEL);
  }

  /** Keeps the elements of a dense matrix that are not zero; built on the device. */
  static ColumnMatrix of(Backend backend, Matrix dense) {
    Scope scope = new Scope();
    try (Matrix columns =
        backend.matrix(/* rows= */ dense.columns(), /* columns= */ dense.rows())) {
      new Transpose(backend).run(dense, columns);
      CompressedRows transposed =
          CompressedRows.of(backend, columns, blockRows(backend, dense.rows()), Short.BYTES, scope);
      backend.finish();
      return new ColumnMatrix(backend, dense, transposed, scope);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /**
   * One block more than there are compute units: PoCL hands half of the groups and one more to the
   * first of two threads, which would be all of two groups.
   */
  private static int blockRows(Backend backend, int rows) {
    long even = Range.groups(rows, backend.device().computeUnits() + 1L);
    return (int) Math.min(rows, Math.min(MOST_ROWS, Math.max(LEAST_ROWS, even)));
  }

  @Override
  public long bytes() {
    return bytes(transposed.starts(), transposed.indices(), transposed.values());
  }

  @Override
  void scatter(Matrix target) {
    try (Matrix columns = backend.matrix(/* rows= */ columns(), /* columns= */ rows())) {
      transposed.scatter(backend, columns);
      new Transpose(backend).run(columns, target);
      backend.finish();
    }
  }

  @Override
  void multiply(Matrix x, Matrix y, Epilogue epilogue) {
    checkVector(x);
    backend
        .kernel(SOURCE, KERNEL, bytes())
        .launch(
            Range.of(transposed.blocks(), 1),
            rows(),
            columns(),
            transposed.width(),
            transposed.starts(),
            transposed.indices(),
            transposed.values(),
            x.buffer(),
            y.buffer(),
            epilogue.biasBuffer(rows()),
            epilogue.reluFlag());
  }
}
