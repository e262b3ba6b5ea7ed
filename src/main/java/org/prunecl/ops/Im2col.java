package org.prunecl.ops;

import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;

/**
 * Convolution as a product: unrolls a batch of images into a matrix, one row per weight of a filter
 * and one column per position and sample, so that filters × weights times it is the convolution.
 * For sparse weights, whose products know of no images.
 *
 * <p>The samples of a position lie side by side, padding included, which makes the product's memory
 * that of (filters · positions) × batch: {@link #product} is a view of the result. A single sample
 * has no padding, but its product's rows have: it takes {@link #join} to bring it into form.
 *
 * <pre>
 *   im2col.unroll(s, x, columns);
 *   if (x.columns() &gt; 1) {
 *     spmm.multiply(w, columns, Im2col.product(s, y), epilogue);
 *   } else {
 *     spmm.multiply(w, columns, product, epilogue);    // product: filters × s.positions()
 *     im2col.join(product, y);
 *   }
 * </pre>
 */
public final class Im2col {
  private static final int GPU_LOCAL = 64;

  private final Backend backend;

  /** Unrolling on this backend. */
  public Im2col(Backend backend) {
    this.backend = backend;
  }

  /** Builds the kernels, so that no later call has to. */
  public void prepare() {
    kernel(1, "im2col");
    kernel(2, "im2col");
    kernel(1, "join_rows");
  }

  /**
   * Columns of the unrolled images, padding between positions included.
   *
   * @throws ArithmeticException when there are more than an int counts
   */
  public static int columns(ConvShape s, int batch) {
    return Math.multiplyExact(s.positions(), Matrix.leadingDimension(batch));
  }

  /**
   * Columns = the unrolled images. Those that belong to no sample hold what the padding of x holds.
   *
   * @param x {@code s.features()} × batch
   * @param columns {@code s.weights()} × {@link #columns columns(s, batch)}; must not be x
   * @throws IllegalArgumentException when the shapes don't fit
   */
  public void unroll(ConvShape s, Matrix x, Matrix columns) {
    int batch = x.columns();
    if (x.rows() != s.features()
        || columns.rows() != s.weights()
        || columns.columns() != columns(s, batch)) {
      throw new IllegalArgumentException(
          String.format("Shapes don't fit: images of %s into %s, for %s", x, columns, s));
    }
    kernel(batch, "im2col")
        .launch(
            Range.groups(1, (long) s.weights() * s.outputHeight(), local(), 1),
            s.height(),
            s.width(),
            s.kernelHeight(),
            s.kernelWidth(),
            s.outputHeight(),
            s.outputWidth(),
            x.buffer(),
            x.leadingDimension(),
            columns.buffer(),
            columns.leadingDimension());
  }

  /**
   * A convolution's result as the product writes it, filters × {@link #columns columns(s, batch)}:
   * a view, with the values where they are.
   *
   * @param y (filters · {@code s.positions()}) × batch, a batch of more than one sample
   * @throws IllegalArgumentException when y is no such result, or of a single sample
   */
  public static Matrix product(ConvShape s, Matrix y) {
    if (y.columns() == 1 || y.rows() % s.positions() != 0) {
      throw new IllegalArgumentException("No view of " + y + " as a product, for " + s);
    }
    return y.reshaped(y.rows() / s.positions(), columns(s, y.columns()));
  }

  /**
   * Y = the product's rows one below the other: a single sample's result.
   *
   * @param product filters × positions
   * @param y (filters · positions) × 1; must not be the product
   * @throws IllegalArgumentException when the shapes don't fit
   */
  public void join(Matrix product, Matrix y) {
    if (y.columns() != 1 || y.rows() != (long) product.rows() * product.columns()) {
      throw new IllegalArgumentException("A column of " + y + " for the rows of " + product);
    }
    kernel(1, "join_rows")
        .launch(
            Range.groups(1, product.rows(), local(), 1),
            product.columns(),
            product.buffer(),
            product.leadingDimension(),
            y.buffer());
  }

  private int local() {
    return backend.cpu() ? 1 : GPU_LOCAL;
  }

  private Kernel kernel(int batch, String name) {
    KernelSource source =
        KernelSource.of("im2col.cl")
            .with("LANES", batch == 1 ? 1 : backend.vectorLanes())
            .with("LOCAL", local());
    return backend.context().kernel(source, name);
  }
}
