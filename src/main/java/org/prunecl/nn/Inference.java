package org.prunecl.nn;

import java.util.List;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Transpose;
import org.prunecl.ops.Upload;

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
  private final Upload upload;
  private final Matrix features;
  private final Activations activations;

  /**
   * @param plan what runs
   * @param batch samples per call
   */
  public Inference(ExecutionPlan plan, int batch) {
    Backend backend = plan.network().backend();
    int inputs = plan.network().inputs();
    this.plan = plan;
    this.batch = batch;
    this.transpose = new Transpose(backend);
    try {
      // A single sample lies alike either way.
      this.samples =
          scope.own(
              batch == 1 ? backend.sharedMatrix(inputs, 1) : backend.sharedMatrix(batch, inputs));
      this.upload = new Upload(samples);
      this.features =
          batch == 1 || plan.takesSamples() ? null : scope.own(backend.matrix(inputs, batch));
      this.activations = scope.own(plan.activations(batch));
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

  /** Device memory that an inference takes at most beside its plan, bytes. */
  public static long bytes(List<LayerParameters> layers, int batch) {
    int inputs = layers.get(0).inputFeatures();
    List<LayerShape> shapes = layers.stream().map(LayerParameters::shape).toList();
    return Matrix.bytes(batch, inputs)
        + Matrix.bytes(inputs, batch)
        + Activations.bytes(shapes, batch)
        + Unrolled.bytes(shapes, batch);
  }

  /**
   * One inference.
   *
   * @param input batch × features, sample by sample
   * @return batch × classes logits, sample by sample
   */
  public float[] run(float[] input) {
    upload.write(input);
    return sampleBySample(logits().read());
  }

  private Matrix logits() {
    if (batch == 1) {
      return plan.forward(samples, activations);
    } else if (plan.takesSamples()) {
      return plan.forwardSamples(samples, activations);
    }
    transpose.run(samples, features);
    return plan.forward(features, activations);
  }

  /** So few numbers that a launch would take longer. */
  private float[] sampleBySample(float[] logits) {
    if (batch == 1) {
      return logits;
    }
    float[] turned = new float[logits.length];
    int classes = logits.length / batch;
    for (int c = 0; c < classes; c++) {
      for (int i = 0; i < batch; i++) {
        turned[i * classes + c] = logits[c * batch + i];
      }
    }
    return turned;
  }

  @Override
  public void close() {
    scope.close();
  }
}
