package org.prunecl.ops;

import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;

/**
 * Convolution of a batch of images, stride 1, no padding, and its gradients. As in PyTorch and
 * Keras it is a cross-correlation: Y[f][r][c] = Σ W[f][i][ky][kx] · X[i][r + ky][c + kx].
 *
 * <p>Images lie as all activations do, features × batch, a feature being (channel, row, column) in
 * this order; the weights are filters × (channels · kernel height · kernel width).
 */
public final class Conv2d {
  private final Backend backend;
  private final int lanes;

  /** Convolution on this backend. */
  public Conv2d(Backend backend) {
    this(backend, backend.vectorLanes());
  }

  /** Convolution with vectors of so many samples: 4 for the GPU family, 8 or 16 for the CPU's. */
  Conv2d(Backend backend, int lanes) {
    this.backend = backend;
    this.lanes = lanes;
  }

  /** Builds the kernels, so that no later call has to. */
  public void prepare() {
    for (int width : new int[] {1, lanes}) {
      kernel(width, false);
      kernel(width, true);
      for (String name : new String[] {"conv_weights", "conv_bias", "conv_sum"}) {
        gradientKernel(width, name);
      }
    }
  }

  /**
   * Y = epilogue(W ∗ X).
   *
   * @param w filters × {@code s.weights()}
   * @param x {@code s.features()} × batch
   * @param y (filters · {@code s.positions()}) × batch; must not be an operand
   * @param epilogue its bias has one value per filter, its gate y's shape
   * @throws IllegalArgumentException when the shapes don't fit
   */
  public void forward(ConvShape s, Matrix w, Matrix x, Matrix y, Epilogue epilogue) {
    check(s, w, x, y);
    // A single sample has no neighbour in memory, but its image is wide.
    boolean turned = x.columns() == 1 && s.outputWidth() >= lanes;
    Image from = Image.of(s.height(), s.width(), x.leadingDimension(), turned);
    Image to = Image.of(s.outputHeight(), s.outputWidth(), y.leadingDimension(), turned);
    int across = turned ? s.outputWidth() : x.columns();
    convolve(false, s, turned, w, x, from, y, to, across, epilogue);
  }

  /**
   * dX = epilogue(the gradient by X): dX[i][r][c] = Σ W[f][i][ky][kx] · dY[f][r − ky][c − kx].
   *
   * @param w filters × {@code s.weights()}
   * @param dy gradient by the result: (filters · {@code s.positions()}) × batch
   * @param dx {@code s.features()} × batch; must not be an operand
   * @param epilogue its gate has dx's shape; its bias one value per channel
   * @throws IllegalArgumentException when the shapes don't fit
   */
  public void backwardInput(ConvShape s, Matrix w, Matrix dy, Matrix dx, Epilogue epilogue) {
    check(s, w, dx, dy);
    Image from = Image.of(s.outputHeight(), s.outputWidth(), dy.leadingDimension(), false);
    Image to = Image.of(s.height(), s.width(), dx.leadingDimension(), false);
    convolve(true, s, false, w, dy, from, dx, to, dy.columns(), epilogue);
  }

  /**
   * An image as {@code conv.cl} walks over it: how many lines and points there are, and floats from
   * one channel, line and point to the next.
   */
  private record Image(int lines, int points, int channel, int line, int point) {
    /**
     * Lines are the image's rows, points its columns; or, turned, all one line of the rows.
     *
     * @param ld floats of a position
     */
    static Image of(int rows, int columns, int ld, boolean turned) {
      int channel = rows * columns * ld;
      return turned
          ? new Image(1, rows, channel, 1, columns)
          : new Image(rows, columns, channel, columns * ld, ld);
    }
  }

  /**
   * @param used lanes that hold something, of those of a point
   */
  private void convolve(
      boolean backward,
      ConvShape s,
      boolean turned,
      Matrix w,
      Matrix operand,
      Image from,
      Matrix result,
      Image to,
      int used,
      Epilogue epilogue) {
    int outer = backward ? s.channels() : w.rows();
    int width = used == 1 ? 1 : lanes;
    int vectors = (int) Range.groups(used, width);
    long tiles =
        vectors
            * Range.groups(outer, filters(width))
            * Range.groups(to.points, points(width))
            * to.lines;
    int perItem = backend.cpu() ? (int) Range.groups(tiles, backend.wantedGroups()) : 1;
    int taps = s.kernelHeight() * s.kernelWidth();
    kernel(width, backward)
        .launch(
            Range.of(Range.groups(tiles, perItem), local()),
            outer,
            backward ? w.rows() : s.channels(),
            turned ? used : result.leadingDimension(),
            vectors,
            from.lines,
            from.points,
            from.channel,
            from.line,
            from.point,
            to.lines,
            to.points,
            to.channel,
            to.line,
            to.point,
            turned ? s.kernelWidth() : s.kernelHeight(),
            turned ? s.kernelHeight() : s.kernelWidth(),
            turned ? 1 : s.kernelWidth(),
            turned ? s.kernelWidth() : 1,
            backward ? w.leadingDimension() : taps,
            backward ? taps : w.leadingDimension(),
            w.buffer(),
            operand.buffer(),
            result.buffer(),
            epilogue.biasBuffer(outer),
            epilogue.reluFlag(),
            epilogue.gateBuffer(result),
            perItem);
  }

  /**
   * dW[f][i][ky][kx] = Σ dY[f][r][c] · X[i][r + ky][c + kx], over all positions and samples, always
   * in the same order.
   *
   * @param dy gradient by the result: (filters · {@code s.positions()}) × batch
   * @param x {@code s.features()} × batch
   * @param dw filters × {@code s.weights()}; must not be an operand
   * @throws IllegalArgumentException when the shapes don't fit
   */
  public void backwardWeights(ConvShape s, Matrix dy, Matrix x, Matrix dw) {
    check(s, dw, x, dy);
    int batch = x.columns();
    int filters = dw.rows();
    int weights = s.weights();
    long tiles =
        Range.groups(filters, filters(lanes(batch))) * Range.groups(weights, taps(lanes(batch)));
    Parts parts = parts(s, batch, tiles, (long) filters * weights);
    gradientKernel(lanes(batch), "conv_weights")
        .launch(
            Range.groups(tiles, parts.count, localX(), localY()),
            filters,
            weights,
            s.kernelHeight(),
            s.kernelWidth(),
            s.height(),
            s.width(),
            s.outputHeight(),
            s.outputWidth(),
            batch,
            x.leadingDimension(),
            dy.buffer(),
            x.buffer(),
            parts.sums,
            parts.rows);
    sum(batch, parts, dw);
  }

  /**
   * db[f] = Σ dY[f][r][c], over all positions and samples, always in the same order.
   *
   * @param dy gradient by the result: (filters · {@code s.positions()}) × batch
   * @param db filters × 1
   * @throws IllegalArgumentException when the shapes don't fit
   */
  public void biasGradient(ConvShape s, Matrix dy, Matrix db) {
    int batch = dy.columns();
    int filters = db.rows();
    if (db.columns() != 1 || dy.rows() != filters * s.positions()) {
      throw new IllegalArgumentException("Biases of " + db + " for a gradient of " + dy);
    }
    Parts parts = parts(s, batch, filters, filters);
    gradientKernel(lanes(batch), "conv_bias")
        .launch(
            Range.groups(filters, parts.count, localX(), localY()),
            filters,
            s.outputHeight(),
            s.outputWidth(),
            batch,
            dy.leadingDimension(),
            dy.buffer(),
            parts.sums,
            parts.rows);
    sum(batch, parts, db);
  }

  /**
   * Sums over stretches of the image's rows.
   *
   * @param rows of a stretch; the last may have fewer
   * @param count of stretches
   * @param sums all sums of the first stretch, then of the second, ...
   */
  private record Parts(int rows, int count, DeviceBuffer sums) {}

  /**
   * As many parts as keep the device busy, unless the work of each were less than the effort of
   * adding up its lanes.
   */
  private Parts parts(ConvShape s, int batch, long tiles, long sums) {
    long vectorsOfRow = s.outputWidth() * Range.groups(batch, lanes(batch));
    long least = Range.groups(512L * local(), vectorsOfRow);
    long even = s.outputHeight() / Range.groups(backend.wantedGroups(), tiles);
    int rows = (int) Math.max(1, Math.min(least, even));
    int count = (int) Range.groups(s.outputHeight(), rows);
    return new Parts(rows, count, backend.scratch(count * sums * Float.BYTES));
  }

  private void sum(int batch, Parts parts, Matrix result) {
    gradientKernel(lanes(batch), "conv_sum")
        .launch(
            Range.of((long) result.rows() * result.columns(), backend.cpu() ? 16 : local()),
            parts.count,
            result.rows(),
            result.columns(),
            parts.sums,
            result.buffer(),
            result.leadingDimension());
  }

  private static void check(ConvShape s, Matrix w, Matrix image, Matrix result) {
    if (w.columns() != s.weights()
        || image.rows() != s.features()
        || result.rows() != (long) w.rows() * s.positions()
        || image.columns() != result.columns()) {
      throw new IllegalArgumentException(
          String.format(
              "Shapes don't fit: weights of %s, images of %s, results of %s, for %s",
              w, image, result, s));
    }
  }

  private Kernel kernel(int width, boolean backward) {
    return backend
        .context()
        .kernel(
            KernelSource.of("conv.cl")
                .with("BACKWARD", backward ? 1 : 0)
                .with("LANES", width)
                .with("FILTERS", filters(width))
                .with("POINTS", points(width))
                .with("LOCAL", local()),
            "conv");
  }

  private Kernel gradientKernel(int width, String name) {
    return backend
        .context()
        .kernel(
            KernelSource.of("conv_gradient.cl")
                .with("LANES", width)
                .with("FILTERS", filters(width))
                .with("TAPS", taps(width))
                .with("LOCAL_X", localX())
                .with("LOCAL_Y", localY()),
            name);
  }

  /** Floats in the vectors for a batch. */
  private int lanes(int batch) {
    return batch == 1 ? 1 : lanes;
  }

  private static int filters(int width) {
    return width == 16 ? 6 : 4;
  }

  private static int points(int width) {
    return width == 8 ? 3 : width == 4 ? 2 : 4;
  }

  private static int taps(int width) {
    return width == 8 || width == 4 ? 2 : 3;
  }

  private int local() {
    return localX() * localY();
  }

  private int localX() {
    return backend.cpu() ? 1 : 8;
  }

  private int localY() {
    return backend.cpu() ? 1 : 8;
  }
}
