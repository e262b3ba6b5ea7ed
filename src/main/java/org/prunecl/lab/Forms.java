package org.prunecl.lab;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.prunecl.io.Encoding;
import org.prunecl.nn.ExecutionPlan;
import org.prunecl.nn.Form;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Network;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.SparseForm;
import org.prunecl.prune.Compaction;

/**
 * One pruned network in every form: dense with its zeros; compacted, which is dense without its
 * dead units; and CSR, which is the compacted network without its other zeros. Owns the forms, not
 * the network.
 */
final class Forms implements AutoCloseable {
  static final String DENSE = "dense";
  static final String CSR = "csr";
  static final String COMPACT = "compact";
  static final String AUTO = "auto";

  /** The network that a small dense one is compared with; not a form of that one. */
  static final String UNPRUNED = "unpruned";

  /** How many forms there are. */
  static final int COUNT = 4;

  private final Scope scope = new Scope();
  private final Map<String, ExecutionPlan> plans = new LinkedHashMap<>();
  private final List<LayerParameters> parameters;
  private final List<LayerParameters> compacted;
  private final Network network;
  private final Network smaller;

  private Forms(Network network) {
    try {
      this.network = network;
      this.parameters = network.read();
      this.compacted = Compaction.compact(parameters);
      this.smaller = scope.own(Network.of(network.backend(), compacted));
      plans.put(DENSE, scope.own(ExecutionPlan.dense(network)));
      plans.put(CSR, scope.own(ExecutionPlan.of(smaller, sparseForms(compacted), 1)));
      plans.put(COMPACT, scope.own(ExecutionPlan.dense(smaller)));
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  static Forms of(Network network) {
    return new Forms(network);
  }

  /**
   * Device memory that the forms of such a network take at most beside it, bytes.
   *
   * @param batch samples that are run at a time, at most
   */
  static long bytes(List<LayerParameters> layers, int batch) {
    long bytes = Network.bytes(layers);
    long largest = 0;
    for (LayerParameters layer : layers) {
      // CSR and the form that auto takes; while auto chooses, all forms of one layer at a time.
      long form = SparseForm.bytes(layer.outputs(), layer.inputs());
      bytes += 2 * form;
      largest = Math.max(largest, form);
      // Constants of dead units become biases.
      bytes += layer.bias() == null ? Matrix.bytes(layer.outputs(), 1) : 0;
    }
    // Chains of both networks and of auto's.
    long chain = ExecutionPlan.ChainBytes.of(layers, batch).total();
    return bytes
        + SparseForm.values().length * largest
        + 3 * Math.max(chain, ExecutionPlan.ChainBytes.of(layers, 1).total());
  }

  /**
   * CSR for every layer but the last, and for the last too where some of its weights are zero. One
   * of which nothing is left stays dense: it has a single input then, unless it is the only layer.
   */
  private static List<Form> sparseForms(List<LayerParameters> layers) {
    List<Form> forms = new ArrayList<>(Collections.nCopies(layers.size(), Form.CSR));
    LayerParameters last = layers.get(layers.size() - 1);
    long nonzeros = last.nonzeroWeights();
    if (nonzeros == last.weights().length || nonzeros == 0) {
      forms.set(layers.size() - 1, Form.DENSE);
    }
    return forms;
  }

  /** Bytes of the parameters with their zeros. */
  long denseBytes() {
    return denseBytes(parameters);
  }

  /** Bytes of the parameters without dead units. */
  long compactBytes() {
    return denseBytes(compacted);
  }

  /** Bytes of the parameters in a model file's sparse encoding; biases are dense. */
  long sparseBytes() {
    return sparseBytes(parameters);
  }

  static long sparseBytes(List<LayerParameters> layers) {
    long bytes = 0;
    for (LayerParameters layer : layers) {
      bytes += Encoding.SPARSE.bytes(Models.layer(layer));
      bytes += layer.bias() == null ? 0L : layer.bias().length * (long) Float.BYTES;
    }
    return bytes;
  }

  static long denseBytes(List<LayerParameters> layers) {
    return layers.stream().mapToLong(LayerParameters::parameters).sum() * Float.BYTES;
  }

  /** All plans by the name of their execution, dense first. */
  Map<String, ExecutionPlan> plans() {
    return Collections.unmodifiableMap(plans);
  }

  ExecutionPlan plan(String execution) {
    return plans.get(execution);
  }

  /** The parameters with their zeros. */
  List<LayerParameters> parameters() {
    return parameters;
  }

  /** The network without dead units, from which CSR, compact and auto come. */
  Network smaller() {
    return smaller;
  }

  /**
   * What is timed at one batch size, by the name of its execution, dense first: dense products in
   * the form that is good for it, and what was chosen.
   *
   * @param planner chooses, by measurement
   * @param samples what they are timed with
   * @param owner takes over the plans made for this batch size
   */
  Map<String, ExecutionPlan> at(int batch, Planner planner, Batches samples, Scope owner) {
    // First what takes the most memory while it is chosen.
    ExecutionPlan auto = owner.own(planner.plan(smaller, batch, samples));
    Map<String, ExecutionPlan> all = new LinkedHashMap<>(plans);
    all.put(DENSE, owner.own(planner.dense(network, batch, samples)));
    all.put(COMPACT, owner.own(planner.dense(smaller, batch, samples)));
    all.put(AUTO, auto);
    return all;
  }

  @Override
  public void close() {
    scope.close();
  }
}
