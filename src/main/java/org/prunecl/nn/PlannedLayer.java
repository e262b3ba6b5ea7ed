package org.prunecl.nn;

import org.prunecl.ops.Backend;
import org.prunecl.ops.DenseColumns;
import org.prunecl.ops.Gemm;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.SparseMatrix;
import org.prunecl.ops.Spmm;

/** A layer in one form. Owns what it derives from the layer's weights, not the layer. */
final class PlannedLayer implements AutoCloseable {
  private final Backend backend;
  private final Layer layer;
  private final Form form;
  private final SparseMatrix sparse;
  private final DenseColumns columns;

  private PlannedLayer(
      Backend backend, Layer layer, Form form, SparseMatrix sparse, DenseColumns columns) {
    this.backend = backend;
    this.layer = layer;
    this.form = form;
    this.sparse = sparse;
    this.columns = columns;
  }

  /** Brings a layer's weights into a form, for batches of one size. */
  static PlannedLayer of(Network network, Layer layer, Form form, int batch) {
    Backend backend = network.backend();
    return new PlannedLayer(
        backend,
        layer,
        form,
        form.sparse() == null ? null : form.sparse().of(backend, layer.weights(), batch),
        form == Form.DENSE_COLUMNS ? DenseColumns.of(backend, layer.weights()) : null);
  }

  Layer layer() {
    return layer;
  }

  Form form() {
    return form;
  }

  long multiplyAdds() {
    return sparse == null ? (long) layer.outputs() * layer.inputs() : sparse.nonzeros();
  }

  /**
   * Enqueues the layer: output = act(W · input + b). A batch that the form doesn't suit is dense.
   */
  void forward(Matrix input, Matrix output) {
    boolean suits = form.suits(backend, layer.outputs(), layer.inputs(), input.columns());
    if (sparse != null && suits) {
      new Spmm(backend).multiply(sparse, input, output, layer.epilogue());
    } else if (columns != null && suits) {
      columns.multiply(input, output, layer.epilogue());
    } else {
      new Gemm(backend).multiply(layer.weights(), input, output, layer.epilogue());
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
