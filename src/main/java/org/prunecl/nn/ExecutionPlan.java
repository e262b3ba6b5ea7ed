package org.prunecl.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.prunecl.ops.Backend;
import org.prunecl.ops.CsrMatrix;
import org.prunecl.ops.DenseColumns;
import org.prunecl.ops.Gemm;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.SparseForm;

/**
 * How a network is executed: the form of each layer's weights. Owns what it derives from the
 * network's weights (sparse forms), not the network, which must stay open and unchanged.
 */
public final class ExecutionPlan implements AutoCloseable {
  private final Network network;
  private final List<PlannedLayer> layers;
  private final Gemm gemm;

  /**
   * One line of a plan, for people and files.
   *
   * @param layer the layer's name
   * @param outputs number of units
   * @param inputs inputs of each unit
   * @param form the form of its weights
   * @param multiplyAdds multiply-adds per sample in this form
   */
  public record Line(String layer, int outputs, int inputs, Form form, long multiplyAdds) {}

  private ExecutionPlan(Network network, List<PlannedLayer> layers) {
    this.network = network;
    this.layers = List.copyOf(layers);
    this.gemm = new Gemm(network.backend());
  }

  /** Every layer dense. */
  public static ExecutionPlan dense(Network network) {
    return of(network, Collections.nCopies(network.layers().size(), Form.DENSE), 1);
  }

  /**
   * Every layer dense, in the form that is good for so many samples at a time: a single one goes
   * through the columns of the layers behind a ReLU, which makes many of their inputs zero.
   */
  public static ExecutionPlan dense(Network network, int batch) {
    List<Form> forms = new ArrayList<>();
    for (Layer layer : network.layers()) {
      boolean skips =
          !forms.isEmpty()
              && Form.DENSE_COLUMNS.suits(
                  network.backend(), layer.outputs(), layer.inputs(), batch);
      forms.add(skips ? Form.DENSE_COLUMNS : Form.DENSE);
    }
    return of(network, forms, batch);
  }

  /** Every layer in CSR but the last, which is small and seldom pruned. */
  public static ExecutionPlan csr(Network network) {
    List<Form> forms = new ArrayList<>(Collections.nCopies(network.layers().size(), Form.CSR));
    forms.set(forms.size() - 1, Form.DENSE);
    return of(network, forms, 1);
  }

  /**
   * A form for each layer, in order.
   *
   * @param batch samples that will be run at a time; the forms must suit it. Of another number,
   *     such as what is left at the end, a layer whose form doesn't suit that runs dense.
   */
  public static ExecutionPlan of(Network network, List<Form> forms, int batch) {
    if (forms.size() != network.layers().size()) {
      throw new IllegalArgumentException(
          forms.size() + " forms for " + network.layers().size() + " layers");
    }
    List<PlannedLayer> layers = new ArrayList<>();
    try {
      for (int i = 0; i < forms.size(); i++) {
        Layer layer = network.layers().get(i);
        layers.add(PlannedLayer.of(network, layer, forms.get(i), batch));
      }
      return new ExecutionPlan(network, layers);
    } catch (RuntimeException e) {
      close(layers);
      throw e;
    }
  }

  /** Builds the kernels that any plan needs, so that no later call has to. */
  public static void prepare(Backend backend) {
    new Gemm(backend).prepare();
    CsrMatrix.prepare(backend);
  }

  /** Builds what every form needs for batches of this size. */
  public static void prepareForms(Backend backend, int batch) {
    prepare(backend, batch);
    for (SparseForm form : SparseForm.values()) {
      if (form.suits(backend, 1, batch)) {
        form.prepare(backend, batch);
      }
    }
    if (DenseColumns.suits(backend, 2, batch)) {
      DenseColumns.prepare(backend);
    }
  }

  /** Builds what dense layers need for batches of this size, beside {@link #prepare(Backend)}. */
  public static void prepare(Backend backend, int batch) {
    new Gemm(backend).prepare(batch);
  }

  /** The network this plan executes. */
  public Network network() {
    return network;
  }

  /** The plan in words: one line per layer. */
  public List<Line> lines() {
    return layers.stream()
        .map(
            planned ->
                new Line(
                    planned.layer().name(),
                    planned.layer().outputs(),
                    planned.layer().inputs(),
                    planned.form(),
                    planned.multiplyAdds()))
        .toList();
  }

  /** Multiply-adds per sample. */
  public long multiplyAdds() {
    return layers.stream().mapToLong(PlannedLayer::multiplyAdds).sum();
  }

  /** Whether {@link #forwardSamples} takes samples as they lie. */
  boolean takesSamples() {
    return layers.get(0).form() == Form.DENSE;
  }

  /**
   * Enqueues the forward pass of samples that lie one after the other.
   *
   * @param samples batch × features; the first layer must be dense
   * @return the logits, as {@link #forward} gives them
   */
  Matrix forwardSamples(Matrix samples, Activations activations) {
    Layer layer = layers.get(0).layer();
    Matrix output = activations.of(0, samples.rows());
    gemm.multiply(1f, layer.weights(), false, samples, true, 0f, output, layer.epilogue());
    return forward(1, output, activations);
  }

  /**
   * Enqueues the forward pass.
   *
   * @param x features × batch
   * @param activations receives each layer's outputs
   * @return the logits, classes × batch, one of the activations
   */
  Matrix forward(Matrix x, Activations activations) {
    return forward(0, x, activations);
  }

  private Matrix forward(int first, Matrix x, Activations activations) {
    Matrix input = x;
    for (int i = first; i < layers.size(); i++) {
      PlannedLayer planned = layers.get(i);
      Matrix output = activations.of(i, x.columns());
      planned.forward(input, output);
      input = output;
    }
    return input;
  }

  List<Integer> widths() {
    return network.layers().stream().map(Layer::outputs).toList();
  }

  @Override
  public void close() {
    close(layers);
  }

  private static void close(List<PlannedLayer> layers) {
    layers.forEach(PlannedLayer::close);
  }
}
