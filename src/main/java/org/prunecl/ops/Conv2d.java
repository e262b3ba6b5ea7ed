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
    for (int batch : new int[] {1, 2}) {
      kernel(batch, false);
      kernel(batch, true);
      for (String name : new String[] {"conv_weights", "conv_bias", "conv_sum"}) {
        gradientKernel(batch, name);
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
    convolve(
        false,
        w.rows(),
        s.channels(),
        s.height(),
        s.width(),
        s.outputHeight(),
        s.outputWidth(),
        s,
        w,
        x,
        y,
        epilogue);
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
    convolve(
        true,
        s.channels(),
        w.rows(),
        s.outputHeight(),
        s.outputWidth(),
        s.height(),
        s.width(),
        s,
        w,
        dy,
        dx,
        epilogue);
  }

  private void convolve(
      boolean backward,
      int outer,
      int inner,
      int rows,
      int columns,
      int resultRows,
      int resultColumns,
      ConvShape s,
      Matrix w,
      Matrix operand,
      Matrix result,
      Epilogue epilogue) {
    int batch = operand.columns();
    int taps = s.kernelHeight() * s.kernelWidth();
    int vectors = (int) Range.groups(batch, lanes(batch));
    long tiles =
        vectors
            * Range.groups(outer, filters(batch))
            * Range.groups(resultColumns, points(batch))
            * resultRows;
    int perItem = backend.cpu() ? (int) Range.groups(tiles, backend.wantedGroups()) : 1;
    kernel(batch, backward)
        .launch(
            Range.of(Range.groups(tiles, perItem), local()),
            outer,
            inner,
            rows,
            columns,
            resultRows,
            resultColumns,
            s.kernelHeight(),
            s.kernelWidth(),
            vectors,
            operand.leadingDimension(),
            w.buffer(),
            backward ? taps : w.leadingDimension(),
            backward ? w.leadingDimension() : taps,
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
    long tiles = Range.groups(filters, filters(batch)) * Range.groups(weights, taps(batch));
    Parts parts = parts(s, batch, tiles, (long) filters * weights);
    gradientKernel(batch, "conv_weights")
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
    gradientKernel(batch, "conv_bias")
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
    gradientKernel(batch, "conv_sum")
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

  private Kernel kernel(int batch, boolean backward) {
    return backend
        .context()
        .kernel(
            KernelSource.of("conv.cl")
                .with("BACKWARD", backward ? 1 : 0)
                .with("LANES", lanes(batch))
                .with("FILTERS", filters(batch))
                .with("POINTS", points(batch))
                .with("LOCAL", local()),
            "conv");
  }

  private Kernel gradientKernel(int batch, String name) {
    return backend
        .context()
        .kernel(
            KernelSource.of("conv_gradient.cl")
                .with("LANES", lanes(batch))
                .with("FILTERS", filters(batch))
                .with("TAPS", taps(batch))
                .with("LOCAL_X", localX())
                .with("LOCAL_Y", localY()),
            name);
  }

  /** A single sample has no neighbour in memory. */
  private int lanes(int batch) {
    return batch == 1 ? 1 : lanes;
  }

  private int filters(int batch) {
    return lanes(batch) == 16 ? 6 : 4;
  }

  private int points(int batch) {
    return lanes(batch) == 8 ? 3 : 4;
  }

  private int taps(int batch) {
    return lanes(batch) == 8 ? 2 : 3;
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
