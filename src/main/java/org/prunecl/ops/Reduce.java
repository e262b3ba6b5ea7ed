package org.prunecl.ops;

import java.util.Map;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;

/** Reductions along rows and columns. */
public final class Reduce {
  private static final int GPU_LOCAL = 64;
  private static final KernelSource ARGMAX = KernelSource.of("argmax.cl");

  private final Backend backend;

  /** Reductions on this backend. */
  public Reduce(Backend backend) {
    this.backend = backend;
  }

  /** Builds the kernels, so that no later call has to. */
  public void prepare() {
    kernel("row_sum");
    kernel("row_norm");
    backend.context().kernel(ARGMAX, "argmax");
  }

  /**
   * result[i] = sum of row i: the bias gradient, from the gradient by the outputs. Result: rows ×
   * 1.
   */
  public void rowSums(Matrix a, Matrix result) {
    rows("row_sum", a, result);
  }

  /** result[i] = L2 norm of row i. Result: rows × 1. */
  public void rowNorms(Matrix a, Matrix result) {
    rows("row_norm", a, result);
  }

  /**
   * The row of the largest element of each column: the predicted class of each sample when rows are
   * classes. The first of equals wins; NaN counts as the largest.
   *
   * @param a rows × columns
   * @param result receives one index per column
   */
  public void columnArgmax(Matrix a, Labels result) {
    if (result.capacity() < a.columns()) {
      throw new IllegalArgumentException(
          a.columns() + " columns; there is room for " + result.capacity());
    }
    backend
        .context()
        .kernel(ARGMAX, "argmax")
        .launch(
            Range.of(a.columns(), backend.cpu() ? 16 : GPU_LOCAL),
            a.rows(),
            a.columns(),
            a.buffer(),
            a.leadingDimension(),
            result.buffer());
  }

  private void rows(String name, Matrix a, Matrix result) {
    if (result.rows() != a.rows() || result.columns() != 1) {
      throw new IllegalArgumentException("A result of " + result + " for the rows of " + a);
    }
    kernel(name)
        .launch(
            Range.of((long) a.rows() * local(), local()),
            a.columns(),
            a.buffer(),
            a.leadingDimension(),
            result.buffer());
  }

  private Kernel kernel(String name) {
    return backend.context().kernel(KernelSource.of("reduce.cl", Map.of("LOCAL", local())), name);
  }

  private int local() {
    return backend.cpu() ? 1 : GPU_LOCAL;
  }
}
