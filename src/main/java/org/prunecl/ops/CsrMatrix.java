package org.prunecl.ops;

import java.util.Map;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;
import org.prunecl.opencl.Scope;

/**
 * Plain compressed sparse rows, as users know them: 32-bit row starts and column indices, float
 * values.
 */
public final class CsrMatrix extends SparseMatrix {
  private static final int CPU_COLUMNS = 32;
  private static final String VECTOR = "spmv";
  private static final int GPU_LOCAL_X = 16;
  private static final int GPU_LOCAL_Y = 4;
  private static final int GPU_VECTOR_LOCAL = 32;

  private final Backend backend;
  private final KernelSource vectorSource;
  private final CompressedRows arrays;

  private CsrMatrix(Backend backend, int columns, CompressedRows arrays, Scope scope) {
    super(arrays.rows(), columns, arrays.nonzeros(), scope);
    this.backend = backend;
    this.vectorSource = vectorSource(backend);
    this.arrays = arrays;
  }

  /** Builds the kernels, so that no later call has to. */
  public static void prepare(Backend backend) {
    CompressedRows.prepare(backend, Integer.BYTES);
    kernel(backend);
    backend.context().prepareShort(vectorSource(backend), VECTOR);
  }

  /** Keeps the elements of a dense matrix that are not zero; built on the device. */
  public static CsrMatrix of(Backend backend, Matrix dense) {
    Scope scope = new Scope();
    try {
      CompressedRows arrays =
          CompressedRows.of(backend, dense, dense.columns(), Integer.BYTES, scope);
      return new CsrMatrix(backend, dense.columns(), arrays, scope);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /** Bytes that CSR takes for so many rows and elements. */
  public static long bytes(int rows, long nonzeros) {
    return (rows + 1L) * Integer.BYTES + nonzeros * (Integer.BYTES + Float.BYTES);
  }

  @Override
  public long bytes() {
    return bytes(arrays.starts(), arrays.indices(), arrays.values());
  }

  /** Reads the rows' starts: rows + 1 values. */
  public int[] readStarts() {
    return arrays.starts().readInts(rows() + 1);
  }

  /** Reads the column of each stored element. */
  public int[] readColumns() {
    return arrays.indices().readInts(nonzeros());
  }

  /** Reads the stored elements. */
  public float[] readValues() {
    return arrays.values().readFloats(nonzeros(), 0);
  }

  @Override
  void scatter(Matrix target) {
    arrays.scatter(backend, target);
  }

  @Override
  void multiply(Matrix x, Matrix y, Epilogue epilogue) {
    int ld = x.leadingDimension();
    if (x.columns() == 1) {
      multiplyVector(x, y, epilogue);
    } else if (backend.cpu()) {
      long tiles = Range.groups(ld, CPU_COLUMNS);
      int rowsPerGroup = rowsPerGroup(tiles);
      Range range = Range.groups(tiles, Range.groups(rows(), rowsPerGroup), 1, 1);
      launch(kernel(backend), range, x, y, epilogue, ld, rowsPerGroup);
    } else {
      Range range =
          Range.groups(
              Range.groups(ld, 4L * GPU_LOCAL_X),
              Range.groups(rows(), GPU_LOCAL_Y),
              GPU_LOCAL_X,
              GPU_LOCAL_Y);
      launch(kernel(backend), range, x, y, epilogue, ld);
    }
  }

  private void multiplyVector(Matrix x, Matrix y, Epilogue epilogue) {
    Kernel kernel = backend.kernel(vectorSource, VECTOR, bytes());
    if (backend.cpu()) {
      int rowsPerGroup = rowsPerGroup(1);
      Range range = Range.of(Range.groups(rows(), rowsPerGroup), 1);
      launch(kernel, range, x, y, epilogue, rowsPerGroup);
    } else {
      Range range = Range.of((long) rows() * GPU_VECTOR_LOCAL, GPU_VECTOR_LOCAL);
      launch(kernel, range, x, y, epilogue);
    }
  }

  /** The arguments that all four kernels begin with, then those of one of them. */
  private void launch(
      Kernel kernel, Range range, Matrix x, Matrix y, Epilogue epilogue, Integer... own) {
    Object[] arguments = new Object[8 + own.length];
    arguments[0] = rows();
    arguments[1] = arrays.starts();
    arguments[2] = arrays.indices();
    arguments[3] = arrays.values();
    arguments[4] = x.buffer();
    arguments[5] = y.buffer();
    arguments[6] = epilogue.biasBuffer(rows());
    arguments[7] = epilogue.reluFlag();
    System.arraycopy(own, 0, arguments, 8, own.length);
    kernel.launch(range, arguments);
  }

  private int rowsPerGroup(long tiles) {
    return (int) Range.groups(rows(), Range.groups(backend.wantedGroups(), tiles));
  }

  private static Kernel kernel(Backend backend) {
    KernelSource source =
        backend.cpu()
            ? KernelSource.of("spmm_cpu.cl")
            : KernelSource.of(
                "spmm_gpu.cl", Map.of("LOCAL_X", GPU_LOCAL_X, "LOCAL_Y", GPU_LOCAL_Y));
    return backend.context().kernel(source, "spmm");
  }

  private static KernelSource vectorSource(Backend backend) {
    return backend.cpu()
        ? KernelSource.of("spmv_cpu.cl")
        : KernelSource.of("spmv_gpu.cl", Map.of("LOCAL", GPU_VECTOR_LOCAL));
  }
}
