package org.prunecl.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
 * network's weights (sparse forms, copies), not the network, which must stay open and unchanged.
 */
public final class ExecutionPlan implements AutoCloseable {
  /**
   * Weights up to which one launch is taken where nothing is measured: of 2.4 million it took nine
   * tenths of the time of five launches on two cores for batches, and less for one sample.
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
   * @param chain all layers, or null
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
   * Every layer dense, in the form that is good for so many samples at a time: they go through all
   * layers in one launch, or, where the layers are large or samples don't suit the cores ({@link
   * Chain#fills}), in a launch for each layer.
   */
  public static ExecutionPlan dense(Network network, int batch) {
    boolean busy = batch == 1 || Chain.fills(network.backend(), batch);
    return chains(network, batch) && busy && weights(network) <= MOST_CHAINED
        ? chainedDense(network, batch)
        : layered(network, batch);
  }

  /**
   * The same with a launch for each layer, whatever its size. A single sample goes through the
   * columns of the layers behind a ReLU, which makes many of their inputs zero.
   */
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
   * As {@link #chained(Network, int, List)} where nothing is known of the activations: half of them
   * are taken to be zero behind a ReLU, of the samples none.
   */
  public static ExecutionPlan chained(Network network, int batch) {
    return chained(network, batch, zeros(network));
  }

  /**
   * All layers in one launch, without their zeros where few weights are left.
   *
   * @param batch samples that will be run at a time
   * @param zeros share of each layer's inputs that are zero, 0 to 1
   * @throws IllegalArgumentException unless {@link #chains}
   */
  public static ExecutionPlan chained(Network network, int batch, List<Double> zeros) {
    return chained(network, batch, zeros, Chain::of);
  }

  /**
   * All layers in one launch, zeros included.
   *
   * @param batch samples that will be run at a time
   * @throws IllegalArgumentException unless {@link #chains}
   */
  public static ExecutionPlan chainedDense(Network network, int batch) {
    return chained(network, batch, zeros(network), Chain::dense);
  }

  private static List<Double> zeros(Network network) {
    List<Double> zeros = new ArrayList<>(List.of(0.0));
    network.layers().forEach(layer -> zeros.add(layer.relu() ? 0.5 : 0));
    return zeros;
  }

  /** A way to make a chain. */
  private interface Maker {
    Chain make(Backend backend, List<Chain.Link> links, int batch);
  }

  private static ExecutionPlan chained(
      Network network, int batch, List<Double> zeros, Maker maker) {
    if (!chains(network, batch)) {
      throw new IllegalArgumentException("These layers don't run in one launch");
    }
    List<PlannedLayer> layers = new ArrayList<>();
    List<Chain.Link> links = new ArrayList<>();
    for (Layer layer : network.layers()) {
      double share = zeros.get(layers.size());
      layers.add(PlannedLayer.of(network, layer, Form.DENSE, batch));
      links.add(new Chain.Link(layer.weights(), layer.bias(), layer.relu(), share));
    }
    return new ExecutionPlan(network, layers, maker.make(network.backend(), links, batch));
  }

  /** Whether the device runs all layers in one launch at this batch size. */
  public static boolean chains(Network network, int batch) {
    Backend backend = network.backend();
    long weights = 0;
    for (Layer layer : network.layers()) {
      int outputs = layer.outputs();
      int inputs = layer.inputs();
      if (layer.convolution() != null
          || !Chain.suits(backend, outputs)
          || Chain.scratchBytes(backend, outputs, inputs, batch) > Chain.MOST_BYTES) {
        return false;
      }
      weights += Chain.weightBytes(outputs, inputs, batch);
    }
    // A chain's work-items run longer than any other's.
    return weights <= Chain.MOST_BYTES && backend.longLoops();
  }

  /**
   * Device memory that all layers in one launch take at most: their weights and what lies between
   * them, each in one buffer; bytes.
   */
  public record ChainBytes(long weights, long scratch) {
    /** Of such a network or what is left of it without some units, on any device. */
    public static ChainBytes of(List<LayerParameters> layers, int batch) {
      long weights = 0;
      long scratch = 0;
      for (LayerParameters layer : layers) {
        if (layer.convolution() != null) {
          return new ChainBytes(0, 0);
        }
        weights += Chain.weightBytes(layer.outputs(), layer.inputs(), batch);
        scratch = Math.max(scratch, Chain.scratchBytes(layer.outputs(), layer.inputs(), batch));
      }
      return new ChainBytes(
          Math.min(weights, Chain.MOST_BYTES), Math.min(scratch, Chain.MOST_BYTES));
    }

    /** Both. */
    public long total() {
      return weights + scratch;
    }

    /** The larger one. */
    public long largest() {
      return Math.max(weights, scratch);
    }
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
  }

  /** Builds what such layers need to run in one launch at this batch size, if they may. */
  public static void prepareChain(Backend backend, List<LayerParameters> layers, int batch) {
    if (Chain.suits(backend, 1) && layers.stream().allMatch(layer -> layer.convolution() == null)) {
      Chain.prepare(backend, batch);
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

  /** Whether so many samples at a time go through all layers in one launch. */
  public boolean inOneLaunch(int batch) {
    return chain != null && chain.takes(batch);
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
    Form dense = chain.takes(1) ? Form.DENSE_COLUMNS : Form.DENSE;
    Form form = chain.sparse(index) ? Form.of(chain.form(index)) : dense;
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
    if (inOneLaunch(samples.rows())) {
      return runChain(samples, true, samples.rows(), activations);
    }
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
    if (first == 0 && inOneLaunch(x.columns())) {
      return runChain(x, false, x.columns(), activations);
    }
    Matrix input = x;
    for (int i = first; i < layers.size(); i++) {
      input = forwardLayer(i, input, activations);
    }
    return input;
  }

  private Matrix runChain(Matrix x, boolean bySample, int count, Activations activations) {
    Matrix output = activations.of(layers.size() - 1, count);
    chain.run(x, bySample, output);
    return output;
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
