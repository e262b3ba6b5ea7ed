package org.prunecl.ops;

import java.util.Arrays;
import java.util.stream.Stream;
import org.prunecl.opencl.KernelSource;

/**
 * The Adam optimiser (Kingma and Ba, 2015) in both published forms, which differ in where epsilon
 * stands.
 *
 * <ul>
 *   <li>PyTorch: w −= lr/(1−β1ᵗ) · m / (√v/√(1−β2ᵗ) + ε)
 *   <li>Keras: w −= lr·√(1−β2ᵗ)/(1−β1ᵗ) · m / (√v + ε)
 * </ul>
 */
public final class Adam {
  private static final int LANES = 8;

  /** Where epsilon stands. */
  public enum Form {
    /** Epsilon beside the bias-corrected root, as {@code torch.optim.Adam}. */
    PYTORCH,
    /** Epsilon beside the uncorrected root, as {@code keras.optimizers.Adam}. */
    KERAS
  }

  /**
   * The optimiser's parameters.
   *
   * @param form where epsilon stands
   * @param learningRate step size, positive
   * @param beta1 decay of the first moment, in [0, 1)
   * @param beta2 decay of the second moment, in [0, 1)
   * @param epsilon keeps the division finite
   * @param weightDecay coupled: this times the weight is added to the gradient; 0 for none
   */
  public record Settings(
      Form form,
      double learningRate,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay) {}

  private final Backend backend;
  private final Gemm gemm;

  /** Adam on this backend. */
  public Adam(Backend backend) {
    this.backend = backend;
    this.gemm = new Gemm(backend);
  }

  /** Builds the kernels, so that no later call has to. */
  public void prepare() {
    backend.context().kernel(source(), "adam");
    gemm.prepareAdam();
  }

  /**
   * One step on one tensor, in place.
   *
   * @param settings the optimiser's parameters
   * @param step 1 for the first
   * @param weights the tensor
   * @param gradient of the loss by the tensor; same shape
   * @param first the first moment, zeros before the first step; same shape
   * @param second the second moment, zeros before the first step; same shape
   */
  public void step(
      Settings settings, int step, Matrix weights, Matrix gradient, Matrix first, Matrix second) {
    weights.checkSameShape(gradient);
    weights.checkSameShape(first);
    weights.checkSameShape(second);
    Object[] tensor = {
      weights.buffer(), gradient.buffer(), first.buffer(), second.buffer(), weights.paddedSize()
    };
    backend
        .context()
        .kernel(source(), "adam")
        .launch(
            Elementwise.range(backend, weights, LANES),
            Stream.concat(Arrays.stream(tensor), Arrays.stream(factors(settings, step))).toArray());
  }

  /**
   * One step on the weights of a dense layer, in place, from the gradient by its outputs: the
   * gradient by the weights is dY · Xᵀ. Where the device's kernels can, it never reaches memory.
   *
   * @param settings the optimiser's parameters
   * @param step 1 for the first
   * @param weights outputs × inputs
   * @param dy the gradient by the outputs, outputs × batch
   * @param x the inputs, inputs × batch
   * @param first the first moment; shape of the weights
   * @param second the second moment; shape of the weights
   * @param scratch shape of the weights; may be overwritten with the gradient
   */
  public void layerStep(
      Settings settings,
      int step,
      Matrix weights,
      Matrix dy,
      Matrix x,
      Matrix first,
      Matrix second,
      Matrix scratch) {
    if (gemm.fusesAdam(weights, x.columns())) {
      weights.checkSameShape(first);
      weights.checkSameShape(second);
      gemm.adamStep(dy, x, weights, first, second, factors(settings, step));
    } else {
      gemm.multiply(1f, dy, false, x, true, 0f, scratch, Epilogue.NONE);
      step(settings, step, weights, scratch, first, second);
    }
  }

  /** The factors of a step, in the order of {@code ADAM_PARAMETERS} in {@code adam_update.h}. */
  private static Object[] factors(Settings settings, int step) {
    double correction1 = 1 - Math.pow(settings.beta1, step);
    double root2 = Math.sqrt(1 - Math.pow(settings.beta2, step));
    boolean keras = settings.form == Form.KERAS;
    return new Object[] {
      (float) settings.beta1,
      (float) (1 - settings.beta1),
      (float) settings.beta2,
      (float) (1 - settings.beta2),
      (float) (settings.learningRate / correction1 * (keras ? root2 : 1)),
      (float) (keras ? 1 : 1 / root2),
      (float) settings.epsilon,
      (float) settings.weightDecay
    };
  }

  private KernelSource source() {
    return Elementwise.source(backend, "adam.cl");
  }
}
