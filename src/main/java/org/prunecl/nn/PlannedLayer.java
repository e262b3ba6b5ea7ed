package org.prunecl.nn;

import org.prunecl.ops.Backend;
import org.prunecl.ops.Conv2d;
import org.prunecl.ops.DenseColumns;
import org.prunecl.ops.Gemm;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.MaxPool2d;
import org.prunecl.ops.SparseMatrix;
import org.prunecl.ops.Spmm;

/** A layer in one form. Owns what it derives from the layer's weights, not the layer. */
final class PlannedLayer implements AutoCloseable {
  private final Backend backend;
  private final Layer layer;
  private final Form form;
  private final SparseMatrix sparse;
  private final DenseColumns columns;
  private final Gemm gemm;

  private PlannedLayer(
      Backend backend, Layer layer, Form form, SparseMatrix sparse, DenseColumns columns) {
    this.backend = backend;
    this.layer = layer;
    this.form = form;
    this.sparse = sparse;
    this.columns = columns;
    this.gemm = new Gemm(backend);
  }

  /** Brings a layer's weights into a form, for batches of one size. */
  static PlannedLayer of(Network network, Layer layer, Form form, int batch) {
    Backend backend = network.backend();
    return new PlannedLayer(
        backend,
        layer,
        form,
        form.sparse() == null
            ? null
            : form.sparse().of(backend, layer.weights(), layer.shape().productColumns(batch)),
        form == Form.DENSE_COLUMNS ? DenseColumns.of(backend, layer.weights()) : null);
  }

  Layer layer() {
    return layer;
  }

  Form form() {
    return form;
  }

  long multiplyAdds() {
    LayerShape shape = layer.shape();
    return sparse == null ? shape.multiplyAdds() : (long) sparse.nonzeros() * shape.positions();
  }

  /** Whether it is a convolution with sparse filters. */
  boolean unrolls() {
    return sparse != null && layer.convolution() != null;
  }

  /**
   * Enqueues the layer: output = act(W · input + b), or act(W ∗ input + b) and pooling. A batch
   * that the form doesn't suit is dense.
   *
   * @param activations receive the output
   * @param index the layer's place among them
   * @return the output
   */
  Matrix forward(Matrix input, Activations activations, int index) {
    Matrix output = activations.of(index, input.columns());
    if (layer.convolution() != null) {
      convolve(input, activations.unpooled(index, input.columns()), activations.unrolled());
      if (layer.shape().pooled()) {
        Matrix unpooled = activations.unpooled(index, input.columns());
        new MaxPool2d(backend).forward(layer.shape().pooling(), unpooled, output);
      }
      return output;
    }
    boolean suits = form.suits(backend, layer.shape(), input.columns());
    if (sparse != null && suits) {
      new Spmm(backend).multiply(sparse, input, output, layer.epilogue());
    } else if (columns != null && suits) {
      columns.multiply(input, output, layer.epilogue());
    } else {
      gemm.multiply(layer.weights(), input, output, layer.epilogue());
    }
    return output;
  }

  private void convolve(Matrix input, Matrix output, Unrolled unrolled) {
    LayerShape shape = layer.shape();
    if (sparse != null
        && form.suits(backend, shape, input.columns())
        && unrolled.holds(shape, input.columns())) {
      unrolled.convolve(shape, sparse, input, output, layer.epilogue());
    } else {
      new Conv2d(backend)
          .forward(layer.convolution().shape(), layer.weights(), input, output, layer.epilogue());
    }
  }

  @Override
  public void close() {
    if (sparse != null) {
      sparse.close();
    }
    if (columns != null) {
      columns.close();
    }
  }
}
