package org.prunecl.ops;

import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;

/**
 * Max pooling of a batch of images over squares that lie side by side, and its gradient. The first
 * largest of a square by rows is its largest, and NaN counts as larger than any number: both as in
 * PyTorch.
 */
public final class MaxPool2d {
  private static final int GPU_LOCAL = 64;

  private final Backend backend;

  /** Max pooling on this backend. */
  public MaxPool2d(Backend backend) {
    this.backend = backend;
  }

  /** Builds the kernels, so that no later call has to. */
  public void prepare() {
    for (int batch : new int[] {1, 2}) {
      kernel(batch, "max_pool");
      kernel(batch, "max_pool_backward");
    }
  }

  /**
   * Y = the largest of each square of X.
   *
   * @param x {@code s.features()} × batch
   * @param y {@code s.outputFeatures()} × batch; must not be x
   * @throws IllegalArgumentException when the shapes don't fit
   */
  public void forward(PoolShape s, Matrix x, Matrix y) {
    check(s, x, y);
    int perItem = perItem(s, x.columns());
    kernel(x.columns(), "max_pool")
        .launch(
            range(s, x.columns(), perItem),
            s.channels(),
            s.height(),
            s.width(),
            s.size(),
            vectors(x.columns()),
            x.leadingDimension(),
            x.buffer(),
            y.buffer(),
            perItem);
  }

  /**
   * dX = dY at the largest of each square of X, elsewhere zero.
   *
   * @param x what was pooled: {@code s.features()} × batch
   * @param dy gradient by the result: {@code s.outputFeatures()} × batch
   * @param dx as x; must not be an operand
   * @param epilogue its gate has dx's shape; bias and ReLU it has none
   * @throws IllegalArgumentException when the shapes don't fit, or there is a bias or ReLU
   */
  public void backward(PoolShape s, Matrix x, Matrix dy, Matrix dx, Epilogue epilogue) {
    check(s, x, dy);
    x.checkSameShape(dx);
    if (epilogue.bias() != null || epilogue.relu()) {
      throw new IllegalArgumentException("The gradient of pooling takes a gate alone");
    }
    int perItem = perItem(s, x.columns());
    kernel(x.columns(), "max_pool_backward")
        .launch(
            range(s, x.columns(), perItem),
            s.channels(),
            s.height(),
            s.width(),
            s.size(),
            vectors(x.columns()),
            x.leadingDimension(),
            x.buffer(),
            dy.buffer(),
            dx.buffer(),
            epilogue.gateBuffer(dx),
            perItem);
  }

  private static void check(PoolShape s, Matrix x, Matrix y) {
    if (x.rows() != s.features() || y.rows() != s.outputFeatures() || x.columns() != y.columns()) {
      throw new IllegalArgumentException(
          String.format("Shapes don't fit: images of %s, results of %s, for %s", x, y, s));
    }
  }

  private Range range(PoolShape s, int batch, int perItem) {
    return Range.of(Range.groups(items(s, batch), perItem), local());
  }

  private int perItem(PoolShape s, int batch) {
    return backend.cpu() ? (int) Range.groups(items(s, batch), backend.wantedGroups()) : 1;
  }

  private long items(PoolShape s, int batch) {
    return (long) s.outputFeatures() * vectors(batch);
  }

  private int vectors(int batch) {
    return (int) Range.groups(batch, lanes(batch));
  }

  private int lanes(int batch) {
    return batch == 1 ? 1 : backend.vectorLanes();
  }

  private int local() {
    return backend.cpu() ? 1 : GPU_LOCAL;
  }

  private Kernel kernel(int batch, String name) {
    KernelSource source =
        KernelSource.of("pool.cl").with("LANES", lanes(batch)).with("LOCAL", local());
    return backend.context().kernel(source, name);
  }
}
