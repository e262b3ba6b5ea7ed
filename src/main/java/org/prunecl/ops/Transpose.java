package org.prunecl.ops;

import java.util.Map;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;

/** Writes a matrix transposed into another. */
public final class Transpose {
  private static final int TILE = 16;

  /** Squares of 16 need more registers than some compilers can allocate, as Clang for gfx1100. */
  private static final int LANES = 8;

  private final Backend backend;

  /** Transposition on this backend. */
  public Transpose(Backend backend) {
    this.backend = backend;
  }

  /** Builds the kernel, so that no later call has to. */
  public void prepare() {
    kernel();
    if (backend.cpu()) {
      rowsKernel();
    }
  }

  /** result = A transposed: columns × rows of A. */
  public void run(Matrix a, Matrix result) {
    if (result.rows() != a.columns() || result.columns() != a.rows()) {
      throw new IllegalArgumentException(result + " is not the shape of " + a + " transposed");
    }
    if (backend.cpu() && a.columns() > 1 && a.rows() > 1) {
      rowsKernel()
          .launch(
              Range.of(Range.groups(a.rows(), LANES), 1),
              a.rows(),
              a.columns(),
              a.buffer(),
              a.leadingDimension(),
              result.buffer(),
              result.leadingDimension());
      return;
    }
    kernel()
        .launch(
            Range.groups(Range.groups(a.columns(), TILE), Range.groups(a.rows(), TILE), local(), 1),
            a.rows(),
            a.columns(),
            a.buffer(),
            a.leadingDimension(),
            result.buffer(),
            result.leadingDimension());
  }

  /** Vectors have rows that are not padded. */
  private Kernel rowsKernel() {
    KernelSource source = KernelSource.of("transpose_cpu.cl").with("LANES", LANES);
    return backend.context().kernel(source, "transpose_rows");
  }

  private Kernel kernel() {
    KernelSource source = KernelSource.of("transpose.cl", Map.of("LOCAL", local()));
    return backend.context().kernel(source, "transpose");
  }

  private int local() {
    return backend.cpu() ? 1 : TILE;
  }
}
