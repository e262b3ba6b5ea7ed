package org.prunecl.ops;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;

/**
 * Sparse times dense: Y = epilogue(S · X). Elements of X that meet only zeros of S are not read.
 */
public final class Spmm {
  private static final int CPU_COLUMNS = 32;
  private static final int GPU_LOCAL_X = 16;
  private static final int GPU_LOCAL_Y = 4;
  private static final int GPU_VECTOR_LOCAL = 32;

  private final Backend backend;

  /** Products on this backend. */
  public Spmm(Backend backend) {
    this.backend = backend;
  }

  /** Builds the kernels, so that no later call has to. */
  public void prepare() {
    kernel();
    vectorKernel();
  }

  /**
   * Y = epilogue(S · X).
   *
   * @param s M × K
   * @param x K × N
   * @param y M × N; must not be {@code x}
   */
  public void multiply(CsrMatrix s, Matrix x, Matrix y, Epilogue epilogue) {
    if (s.columns() != x.rows() || y.rows() != s.rows() || y.columns() != x.columns()) {
      throw new IllegalArgumentException(
          String.format("Shapes don't fit: %d × %d times %s into %s", s.rows(), s.columns(), x, y));
    }
    int ld = x.leadingDimension();
    if (x.columns() == 1) {
      vector(s, x, y, epilogue);
    } else if (backend.cpu()) {
      long tiles = Range.groups(ld, CPU_COLUMNS);
      int rowsPerGroup = rowsPerGroup(s.rows(), tiles);
      Range range = Range.groups(tiles, Range.groups(s.rows(), rowsPerGroup), 1, 1);
      launch(kernel(), range, s, x, y, epilogue, ld, rowsPerGroup);
    } else {
      Range range =
          Range.groups(
              Range.groups(ld, 4L * GPU_LOCAL_X),
              Range.groups(s.rows(), GPU_LOCAL_Y),
              GPU_LOCAL_X,
              GPU_LOCAL_Y);
      launch(kernel(), range, s, x, y, epilogue, ld);
    }
    if (epilogue.gate() != null) {
      new Relu(backend).backward(epilogue.gate(), y);
    }
  }

  private void vector(CsrMatrix s, Matrix x, Matrix y, Epilogue epilogue) {
    if (backend.cpu()) {
      int rowsPerGroup = rowsPerGroup(s.rows(), 1);
      Range range = Range.of(Range.groups(s.rows(), rowsPerGroup), 1);
      launch(vectorKernel(), range, s, x, y, epilogue, rowsPerGroup);
    } else {
      Range range = Range.of((long) s.rows() * GPU_VECTOR_LOCAL, GPU_VECTOR_LOCAL);
      launch(vectorKernel(), range, s, x, y, epilogue);
    }
  }

  /** The arguments that all four kernels begin with, then those of one of them. */
  private static void launch(
      Kernel kernel,
      Range range,
      CsrMatrix s,
      Matrix x,
      Matrix y,
      Epilogue epilogue,
      Integer... own) {
    Object[] common = {
      s.rows(),
      s.starts(),
      s.columnIndices(),
      s.values(),
      x.buffer(),
      y.buffer(),
      epilogue.biasBuffer(s.rows()),
      epilogue.reluFlag()
    };
    kernel.launch(
        range, Stream.concat(Arrays.stream(common), Arrays.stream(own)).toArray(Object[]::new));
  }

  private int rowsPerGroup(int rows, long tiles) {
    return (int) Range.groups(rows, Range.groups(backend.wantedGroups(), tiles));
  }

  private Kernel kernel() {
    KernelSource source =
        backend.cpu()
            ? KernelSource.of("spmm_cpu.cl")
            : KernelSource.of(
                "spmm_gpu.cl", Map.of("LOCAL_X", GPU_LOCAL_X, "LOCAL_Y", GPU_LOCAL_Y));
    return backend.context().kernel(source, "spmm");
  }

  private Kernel vectorKernel() {
    KernelSource source =
        backend.cpu()
            ? KernelSource.of("spmv_cpu.cl")
            : KernelSource.of("spmv_gpu.cl", Map.of("LOCAL", GPU_VECTOR_LOCAL));
    return backend.context().kernel(source, "spmv");
  }
}
