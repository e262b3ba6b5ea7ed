package org.prunecl.ops;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.prunecl.opencl.KernelSource;

/** How a sparse matrix is laid out; which one is fastest depends on device, batch and sparsity. */
public enum SparseForm {
  /** Plain compressed sparse rows, for any device and batch: the baseline. */
  CSR {
    @Override
    public void prepare(Backend backend, int batch) {
      CsrMatrix.prepare(backend);
    }

    @Override
    public boolean suits(Backend backend, int columns, int batch) {
      return true;
    }

    @Override
    public SparseMatrix of(Backend backend, Matrix dense, int batch) {
      return CsrMatrix.of(backend, dense);
    }
  },
  /** {@link BlockedMatrix}, for batches. */
  BLOCKED {
    @Override
    public void prepare(Backend backend, int batch) {
      BlockedMatrix.prepare(backend, batch);
    }

    @Override
    public boolean suits(Backend backend, int columns, int batch) {
      return backend.cpu() && batch > 1;
    }

    @Override
    public SparseMatrix of(Backend backend, Matrix dense, int batch) {
      return BlockedMatrix.of(backend, dense, batch);
    }
  },
  /** {@link SlicedMatrix}, for a single sample. */
  SLICED {
    @Override
    public void prepare(Backend backend, int batch) {
      SlicedMatrix.prepare(backend);
    }

    @Override
    public boolean suits(Backend backend, int columns, int batch) {
      return vector(backend, columns, batch);
    }

    @Override
    public SparseMatrix of(Backend backend, Matrix dense, int batch) {
      return SlicedMatrix.of(backend, dense);
    }
  },
  /** {@link WindowedMatrix}, for a single sample. */
  WINDOWED {
    @Override
    public void prepare(Backend backend, int batch) {
      WindowedMatrix.prepare(backend);
    }

    @Override
    public boolean suits(Backend backend, int columns, int batch) {
      return vector(backend, columns, batch);
    }

    @Override
    public SparseMatrix of(Backend backend, Matrix dense, int batch) {
      return WindowedMatrix.of(backend, dense);
    }
  },
  /** {@link ColumnMatrix}, for a single sample, best where many activations are zero. */
  COLUMNS {
    @Override
    public void prepare(Backend backend, int batch) {
      ColumnMatrix.prepare(backend);
    }

    @Override
    public boolean suits(Backend backend, int columns, int batch) {
      return backend.cpu() && batch == 1;
    }

    @Override
    public SparseMatrix of(Backend backend, Matrix dense, int batch) {
      return ColumnMatrix.of(backend, dense);
    }
  },
  /** {@link OrderedMatrix}, for GPUs and accelerators, any batch. */
  ORDERED {
    @Override
    public void prepare(Backend backend, int batch) {
      OrderedMatrix.prepare(backend, batch);
    }

    @Override
    public boolean suits(Backend backend, int columns, int batch) {
      return !backend.cpu();
    }

    @Override
    public SparseMatrix of(Backend backend, Matrix dense, int batch) {
      return OrderedMatrix.of(backend, dense);
    }
  };

  /** To be raised with every change of how matrices are laid out that no kernel's text shows. */
  private static final int LAYOUT = 2;

  /** What a 16-bit index can count. */
  private static final int MOST_COLUMNS = Windows.MOST_COLUMNS;

  /** Whether the device multiplies matrices of so many columns in this form at this batch size. */
  public abstract boolean suits(Backend backend, int columns, int batch);

  /** Builds the kernels, so that no later call has to. */
  public abstract void prepare(Backend backend, int batch);

  /**
   * Keeps the elements of a dense matrix that are not zero; built by kernels, {@link #WINDOWED} by
   * the host, which waits for the matrix.
   *
   * @param batch columns of the matrices that it will be multiplied with; the form must suit it
   */
  public abstract SparseMatrix of(Backend backend, Matrix dense, int batch);

  /**
   * As {@link #of}, of the dense matrix transposed: what takes the gradient back through a layer.
   * Such a product needs no atomics either, so that it has the same bits each time. What {@link
   * Transpose#prepare} builds is needed beside {@link #prepare}.
   *
   * @param batch columns of the matrices that it will be multiplied with; the form must suit it,
   *     and as many columns as {@code dense} has rows
   */
  public final SparseMatrix transposed(Backend backend, Matrix dense, int batch) {
    try (Matrix transpose = backend.matrix(dense.columns(), dense.rows())) {
      new Transpose(backend).run(dense, transpose);
      SparseMatrix matrix = of(backend, transpose, batch);
      backend.finish();
      return matrix;
    }
  }

  /** The name as users read it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Device memory that a matrix takes at most in any form, however many elements it has, bytes. */
  public static long bytes(int rows, int columns) {
    // A value and an index of four bytes each; rows and columns padded; starts of rows in blocks.
    long padded = (rows + 15L) * (columns + 127L);
    return 2 * Float.BYTES * padded + (columns / 32 + 4L) * (rows + 16L) * Integer.BYTES;
  }

  /**
   * The layout's number and SHA-256 over the kernels that a choice among the forms of a family
   * depends on.
   */
  public static String sourceDigest(Family family) {
    List<String> convolutions = List.of("conv.cl", "im2col.cl", "lanes.cl", "pool.cl");
    List<String> products =
        family == Family.CPU
            ? List.of(
                "gemm_cpu.cl",
                "gemv_columns_cpu.cl",
                "gemv_cpu.cl",
                "spmm_blocked_cpu.cl",
                "spmm_cpu.cl",
                "spmv_columns_cpu.cl",
                "spmv_cpu.cl",
                "spmv_sliced_cpu.cl",
                "spmv_windowed_cpu.cl")
            : List.of(
                "gemm_gpu.cl",
                "gemv_gpu.cl",
                "spmm_gpu.cl",
                "spmm_ordered_gpu.cl",
                "spmv_gpu.cl",
                "spmv_ordered_gpu.cl");
    List<String> files = Stream.concat(convolutions.stream(), products.stream()).sorted().toList();
    return LAYOUT + "-" + KernelSource.digest(files);
  }

  private static boolean vector(Backend backend, int columns, int batch) {
    return backend.cpu() && batch == 1 && columns <= MOST_COLUMNS;
  }
}
