package org.prunecl.nn;

import java.util.List;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Backend;
import org.prunecl.ops.ConvShape;
import org.prunecl.ops.Epilogue;
import org.prunecl.ops.Im2col;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.SparseMatrix;
import org.prunecl.ops.Spmm;

/**
 * Convolutions with sparse filters, as products with the unrolled images. Owns the memory that
 * these take: of the largest layer, one layer at a time.
 */
final class Unrolled implements AutoCloseable {
  private final Im2col im2col;
  private final Spmm spmm;
  private final Scope scope = new Scope();
  private final Matrix images;
  private final Matrix product;

  /**
   * @param layers of which at least one is convolutional
   * @param maxBatch samples in the largest batch
   */
  Unrolled(Backend backend, List<LayerShape> layers, int maxBatch) {
    this.im2col = new Im2col(backend);
    this.spmm = new Spmm(backend);
    try {
      // Matrices of one row: views of any other shape take no more.
      this.images = scope.own(backend.matrix(1, floats(imageBytes(layers, maxBatch))));
      this.product = scope.own(backend.matrix(1, floats(productBytes(layers))));
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /** Device memory that it takes, bytes; none without convolutional layers. */
  static long bytes(List<LayerShape> layers, int maxBatch) {
    return imageBytes(layers, maxBatch) + productBytes(layers);
  }

  /** Device memory of the unrolled images alone, bytes. */
  static long imageBytes(List<LayerShape> layers, int maxBatch) {
    return layers.stream()
        .filter(layer -> layer.convolution() != null && countable(layer, maxBatch))
        .mapToLong(layer -> imageBytes(layer, maxBatch))
        .max()
        .orElse(0);
  }

  /** Whether an index can count the unrolled images' values, if there are any, and padding. */
  static boolean countable(LayerShape layer, int batch) {
    if (layer.convolution() == null) {
      return true;
    }
    long perRow = Matrix.bytes(layer.positions(), batch) / Float.BYTES;
    return layer.inputs() * (perRow + 16) <= Integer.MAX_VALUE;
  }

  private static long imageBytes(LayerShape layer, int batch) {
    int columns = Im2col.columns(layer.convolution().shape(), batch);
    return Matrix.bytes(layer.inputs(), columns);
  }

  /** A single sample's product, whose rows are padded as its result's are not. */
  private static long productBytes(List<LayerShape> layers) {
    return layers.stream()
        .filter(layer -> layer.convolution() != null)
        .mapToLong(layer -> Matrix.bytes(layer.outputs(), layer.positions()))
        .max()
        .orElse(0);
  }

  /** Whether there is room for so many samples of a layer. */
  boolean holds(LayerShape layer, int batch) {
    return countable(layer, batch) && imageBytes(layer, batch) <= Matrix.bytes(1, images.columns());
  }

  /**
   * Enqueues a convolution without its pooling.
   *
   * @param filters its weights
   * @param x what the layer takes × batch, a batch that {@link #holds has room}
   * @param y receives filters · positions × batch
   */
  void convolve(LayerShape layer, SparseMatrix filters, Matrix x, Matrix y, Epilogue epilogue) {
    ConvShape shape = layer.convolution().shape();
    Matrix columns = images.reshaped(layer.inputs(), Im2col.columns(shape, x.columns()));
    im2col.unroll(shape, x, columns);
    if (x.columns() > 1) {
      spmm.multiply(filters, columns, Im2col.product(shape, y), epilogue);
      return;
    }
    Matrix rows = product.reshaped(layer.outputs(), layer.positions());
    spmm.multiply(filters, columns, rows, epilogue);
    im2col.join(rows, y);
  }

  private static int floats(long bytes) {
    return Math.max(1, (int) (bytes / Float.BYTES));
  }

  @Override
  public void close() {
    scope.close();
  }
}
