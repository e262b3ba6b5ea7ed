package org.prunecl.lab;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.prunecl.data.LabelledImages;
import org.prunecl.data.Normalization;
import org.prunecl.nn.Evaluator;
import org.prunecl.nn.ExecutionPlan;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Network;
import org.prunecl.opencl.Scope;
import org.prunecl.prune.Compaction;

/**
 * One pruned network in every form: dense, CSR, and compacted to a smaller dense one. Owns the
 * forms, not the network.
 */
final class Forms implements AutoCloseable {
  static final String DENSE = "dense";
  static final String CSR = "csr";
  static final String COMPACT = "compact";

  private final Scope scope = new Scope();
  private final Map<String, ExecutionPlan> plans = new LinkedHashMap<>();
  private final List<LayerParameters> parameters;
  private final List<LayerParameters> compacted;

  private Forms(Network network) {
    try {
      this.parameters = network.read();
      this.compacted = Compaction.compact(parameters);
      Network smaller = scope.own(Network.of(network.backend(), compacted));
      plans.put(DENSE, scope.own(ExecutionPlan.dense(network)));
      plans.put(CSR, scope.own(ExecutionPlan.csr(network)));
      plans.put(COMPACT, scope.own(ExecutionPlan.dense(smaller)));
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  static Forms of(Network network) {
    return new Forms(network);
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

  /** The parameters without dead units. */
  List<LayerParameters> compacted() {
    return compacted;
  }

  /** The execution with the smallest median at the batch size of an evaluation. */
  String fastest(DeviceSession session, LabelledImages images, Normalization normalization) {
    float[] input = DeviceData.inputs(images, normalization, Evaluator.BATCH);
    return new NetworkTimer(session)
        .time(plans, Evaluator.BATCH, input).stream()
            .min((a, b) -> Double.compare(a.medianMs(), b.medianMs()))
            .orElseThrow()
            .execution();
  }

  @Override
  public void close() {
    scope.close();
  }
}
