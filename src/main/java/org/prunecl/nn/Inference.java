package org.prunecl.nn;

import org.prunecl.opencl.Scope;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Transpose;

/**
 * Runs a plan from host memory to host memory at one batch size. Samples and logits lie as users
 * have them, sample by sample; turning them round for the device belongs to the call. Owns its
 * buffers, not the plan.
 */
public final class Inference implements AutoCloseable {
  private final ExecutionPlan plan;
  private final int batch;
  private final Transpose transpose;
  private final Scope scope = new Scope();
  private final Matrix samples;
  private final Matrix features;
  private final Activations activations;
  private final Matrix logits;

  /**
   * @param plan what runs
   * @param batch samples per call
   */
  public Inference(ExecutionPlan plan, int batch) {
    Backend backend = plan.network().backend();
    this.plan = plan;
    this.batch = batch;
    this.transpose = new Transpose(backend);
    try {
      this.samples = scope.own(backend.matrix(batch, plan.network().inputs()));
      this.features = scope.own(backend.matrix(plan.network().inputs(), batch));
      this.activations = scope.own(new Activations(backend, plan.widths(), batch));
      this.logits = scope.own(backend.matrix(batch, plan.network().outputs()));
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /** Builds the kernels that inference in any form needs, so that no later call has to. */
  public static void prepare(Backend backend) {
    ExecutionPlan.prepare(backend);
    new Transpose(backend).prepare();
  }

  /**
   * One inference.
   *
   * @param input batch × features, sample by sample
   * @return batch × classes logits, sample by sample
   */
  public float[] run(float[] input) {
    if (batch == 1) {
      return plan.forward(features.write(input), activations).read();
    }
    transpose.run(samples.write(input), features);
    transpose.run(plan.forward(features, activations), logits);
    return logits.read();
  }

  @Override
  public void close() {
    scope.close();
  }
}
