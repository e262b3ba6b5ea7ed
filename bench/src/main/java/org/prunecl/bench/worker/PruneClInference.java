package org.prunecl.bench.worker;

import java.io.IOException;
import org.prunecl.lab.Batches;
import org.prunecl.lab.Planner;
import org.prunecl.nn.ExecutionPlan;
import org.prunecl.nn.Inference;
import org.prunecl.nn.Network;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Backend;
import org.prunecl.prune.Compaction;

/** A network from samples in host memory to logits in host memory. */
final class PruneClInference implements Work {
  private final Scope scope = new Scope();
  private final float[] input;
  private final Inference inference;
  private float[] logits;

  /**
   * The network as it is deployed.
   *
   * @param sparse whether without its dead units and in the form that is fastest for each layer, by
   *     measurement; else every layer is dense
   */
  PruneClInference(Backend backend, Order order, boolean sparse) throws IOException {
    int[] widths = order.widths(0);
    int batch = order.number(1);
    this.input = order.floats("x.f32");
    var layers = PruneClTraining.layers(order, widths);
    try {
      Network network =
          scope.own(Network.of(backend, sparse ? Compaction.compact(layers) : layers));
      ExecutionPlan plan =
          scope.own(
              sparse
                  ? new Planner(backend).plan(network, batch, Batches.of(input))
                  : ExecutionPlan.dense(network, batch));
      this.inference = scope.own(new Inference(plan, batch));
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  @Override
  public float[] output() {
    call();
    return logits;
  }

  @Override
  public void call() {
    logits = inference.run(input);
  }

  @Override
  public void close() {
    scope.close();
  }
}
