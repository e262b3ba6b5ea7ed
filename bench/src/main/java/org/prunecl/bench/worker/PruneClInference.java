package org.prunecl.bench.worker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
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
  private final Runnable call;

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
    Batches batches = batch == 1 ? single(input) : Batches.of(input);
    var layers = PruneClTraining.layers(order, widths);
    try {
      Network network =
          scope.own(Network.of(backend, sparse ? Compaction.compact(layers) : layers));
      ExecutionPlan plan =
          scope.own(
              sparse
                  ? new Planner(backend).plan(network, batch, batches)
                  : ExecutionPlan.dense(network, batch));
      this.inference = scope.own(new Inference(plan, batch));
      this.call = batches.inTurns(inference::run);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /**
   * The sample, and others of the same numbers in other orders: which zeros its activations have
   * must not be known from the call before. The peers' work doesn't depend on that.
   */
  private static Batches single(float[] sample) {
    Random random = new Random(1);
    List<Float> numbers = new ArrayList<>();
    for (float value : sample) {
      numbers.add(value);
    }
    List<float[]> all = new ArrayList<>(List.of(sample));
    while (all.size() < Batches.SAMPLES) {
      Collections.shuffle(numbers, random);
      float[] shuffled = new float[sample.length];
      for (int i = 0; i < shuffled.length; i++) {
        shuffled[i] = numbers.get(i);
      }
      all.add(shuffled);
    }
    return new Batches(all);
  }

  @Override
  public float[] output() {
    return inference.run(input);
  }

  @Override
  public void call() {
    call.run();
  }

  @Override
  public void close() {
    scope.close();
  }
}
