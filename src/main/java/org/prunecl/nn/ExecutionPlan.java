package org.prunecl.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Chain;
import org.prunecl.ops.Conv2d;
import org.prunecl.ops.CsrMatrix;
import org.prunecl.ops.DenseColumns;
import org.prunecl.ops.Gemm;
import org.prunecl.ops.Im2col;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.MaxPool2d;
import org.prunecl.ops.SparseForm;

/**
 * How a network is executed: the form of each layer's weights. Owns what it derives from the
 * network's weights (sparse forms), not the network, which must stay open and unchanged.
 */
public final class ExecutionPlan implements AutoCloseable {
  /**
   * Weights up to which one launch is taken where nothing is measured: of 2.4 million it took two
   * thirds of the time of five launches on two cores.
   */
  private static final long MOST_CHAINED = 4_000_000;

  private final Network network;
  private final List<PlannedLayer> layers;
  private final Gemm gemm;
  private final Chain chain;

  /**
   * One line of a plan, for people and files.
   *
   * @param layer the layer's name
   * @param outputs number of units or filters
   * @param inputs weights of each
   * @param form the form of its weights
   * @param multiplyAdds multiply-adds per sample in this form
   */
  public record Line(String layer, int outputs, int inputs, Form form, long multiplyAdds) {}

  /**
   * @param chain all layers for a single sample, or null
   */
  private ExecutionPlan(Network network, List<PlannedLayer> layers, Chain chain) {
    this.network = network;
    this.layers = List.copyOf(layers);
    this.chain = chain;
    this.gemm = new Gemm(network.backend());
  }

  /** Every layer dense. */
  public static ExecutionPlan dense(Network network) {
    return of(network, Collections.nCopies(network.layers().size(), Form.DENSE), 1);
  }

  /**
   * Every layer dense, in the form that is good for so many samples at a time: a single one goes
   * through all layers in one launch, or, where they are so large that more than one core repays
   * the launches, through the columns of the layers behind a ReLU, which makes many of their inputs
   * zero.
   */
  public static ExecutionPlan dense(Network network, int batch) {
    return chains(network, batch) && weights(network) <= MOST_CHAINED
        ? chainedDense(network)
        : layered(network, batch);
  }

  /** The same with a launch for each layer, whatever its size. */
  public static ExecutionPlan layered(Network network, int batch) {
    List<Form> forms = new ArrayList<>();
    for (Layer layer : network.layers()) {
      boolean skips =
          !forms.isEmpty() && Form.DENSE_COLUMNS.suits(network.backend(), layer.shape(), batch);
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
      return new ExecutionPlan(network, layers, null);
    } catch (RuntimeException e) {
      close(layers);
      throw e;
    }
  }

  /**
   * All layers in one launch, without their zeros where few weights are left.
   *
   * @throws IllegalArgumentException unless {@link #chains}
   */
  public static ExecutionPlan chained(Network network) {
    return chained(network, Chain::of);
  }

  /**
   * All layers in one launch, zeros included.
   *
   * @throws IllegalArgumentException unless {@link #chains}
   */
  public static ExecutionPlan chainedDense(Network network) {
    return chained(network, Chain::dense);
  }

  private static ExecutionPlan chained(
      Network network, BiFunction<Backend, List<Chain.Link>, Chain> chain) {
    if (!chains(network, 1)) {
      throw new IllegalArgumentException("These layers don't run in one launch");
    }
    List<PlannedLayer> layers =
        network.layers().stream()
            .map(layer -> PlannedLayer.of(network, layer, Form.DENSE, 1))
            .toList();
    return new ExecutionPlan(network, layers, chain.apply(network.backend(), links(network)));
  }

  /** Whether the device runs all layers in one launch at this batch size. */
  public static boolean chains(Network network, int batch) {
    return batch == 1
        && network.layers().stream()
            .allMatch(
                layer ->
                    layer.convolution() == null && Chain.suits(network.backend(), layer.outputs()))
        && network.layers().stream()
                .mapToLong(layer -> Chain.bytes(layer.outputs(), layer.inputs()))
                .sum()
            <= Chain.MOST_BYTES;
  }

  private static List<Chain.Link> links(Network network) {
    return network.layers().stream()
        .map(layer -> new Chain.Link(layer.weights(), layer.bias(), layer.relu()))
        .toList();
  }

  private static long weights(Network network) {
    return network.layers().stream()
        .mapToLong(layer -> (long) layer.outputs() * layer.inputs())
        .sum();
  }

  /** Builds the kernels that any plan needs, so that no later call has to. */
  public static void prepare(Backend backend) {
    new Gemm(backend).prepare();
    CsrMatrix.prepare(backend);
  }

  /** Builds what every form of such layers needs for batches of this size. */
  public static void prepareForms(Backend backend, List<LayerParameters> layers, int batch) {
    prepare(backend, layers, batch);
    IntStream products =
        layers.stream()
            .map(LayerParameters::shape)
            .filter(layer -> Unrolled.countable(layer, batch))
            .mapToInt(layer -> layer.productColumns(batch))
            .distinct();
    products.forEach(
        columns -> {
          for (SparseForm form : SparseForm.values()) {
            if (form.suits(backend, 1, columns)) {
              form.prepare(backend, columns);
            }
          }
        });
    if (DenseColumns.suits(backend, 2, batch)) {
      DenseColumns.prepare(backend);
    }
    if (batch == 1 && Chain.suits(backend, 1)) {
      Chain.prepare(backend);
    }
  }

  /**
   * Builds what plans of such layers need for batches of this size, beside {@link
   * #prepare(Backend)}.
   */
  public static void prepare(Backend backend, List<LayerParameters> layers, int batch) {
    new Gemm(backend).prepare(batch);
    if (layers.stream().anyMatch(layer -> layer.convolution() != null)) {
      new Conv2d(backend).prepare();
      new MaxPool2d(backend).prepare();
      new Im2col(backend).prepare();
    }
  }

  /** The network this plan executes. */
  public Network network() {
    return network;
  }

  /** The plan in words: one line per layer. */
  public List<Line> lines() {
    return IntStream.range(0, layers.size()).mapToObj(this::line).toList();
  }

  private Line line(int index) {
    PlannedLayer planned = layers.get(index);
    Layer layer = planned.layer();
    if (chain == null) {
      return new Line(
          layer.name(), layer.outputs(), layer.inputs(), planned.form(), planned.multiplyAdds());
    }
    Form form = chain.sparse(index) ? Form.COLUMNS : Form.DENSE_COLUMNS;
    return new Line(layer.name(), layer.outputs(), layer.inputs(), form, chain.stored(index));
  }

  /** Multiply-adds per sample. */
  public long multiplyAdds() {
    return lines().stream().mapToLong(Line::multiplyAdds).sum();
  }

  /** Whether {@link #forwardSamples} takes samples as they lie. */
  boolean takesSamples() {
    return layers.get(0).form() == Form.DENSE && layers.get(0).layer().convolution() == null;
  }

  /**
   * Enqueues the forward pass of samples that lie one after the other.
   *
   * @param samples batch × features; the first layer must be dense and fully connected
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

  /** Enqueues one layer; returns its output, one of the activations. */
  Matrix forwardLayer(int index, Matrix input, Activations activations) {
    return layers.get(index).forward(input, activations, index);
  }

  private Matrix forward(int first, Matrix x, Activations activations) {
    if (chain != null && first == 0 && x.columns() == 1) {
      Matrix output = activations.of(layers.size() - 1, 1);
      chain.run(x, output);
      return output;
    }
    Matrix input = x;
    for (int i = first; i < layers.size(); i++) {
      input = forwardLayer(i, input, activations);
    }
    return input;
  }

  /** Room for what the layers give in this plan. The caller closes it. */
  Activations activations(int maxBatch) {
    boolean unrolling = layers.stream().anyMatch(PlannedLayer::unrolls);
    return new Activations(network.backend(), network.shapes(), maxBatch, unrolling);
  }

  @Override
  public void close() {
    close(layers);
    if (chain != null) {
      chain.close();
    }
  }

  private static void close(List<PlannedLayer> layers) {
    layers.forEach(PlannedLayer::close);
  }
}
