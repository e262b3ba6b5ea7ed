package org.prunecl.ops;

import java.util.Map;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;

/** Writes a matrix transposed into another. */
public final class Transpose {
  private static final int TILE = 16;

  private final Backend backend;

  /** Transposition on this backend. */
  public Transpose(Backend backend) {
    this.backend = backend;
  }

  /** Builds the kernel, so that no later call has to. */
  public void prepare() {
    kernel();
  }

  /** result = A transposed: columns × rows of A. */
  public void run(Matrix a, Matrix result) {
    if (result.rows() != a.columns() || result.columns() != a.rows()) {
      throw new IllegalArgumentException(result + " is not the shape of " + a + " transposed");
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

  private Kernel kernel() {
    KernelSource source = KernelSource.of("transpose.cl", Map.of("LOCAL", local()));
    return backend.context().kernel(source, "transpose");
  }

  private int local() {
    return backend.cpu() ? 1 : TILE;
  }
}
