package org.prunecl.ops;

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

  /** Adam on this backend. */
  public Adam(Backend backend) {
    this.backend = backend;
  }

  /** Builds the kernel, so that no later call has to. */
  public void prepare() {
    backend.context().kernel(source(), "adam");
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
    double correction1 = 1 - Math.pow(settings.beta1, step);
    double root2 = Math.sqrt(1 - Math.pow(settings.beta2, step));
    boolean keras = settings.form == Form.KERAS;
    double size = settings.learningRate / correction1 * (keras ? root2 : 1);
    backend
        .context()
        .kernel(source(), "adam")
        .launch(
            Elementwise.range(backend, weights, LANES),
            weights.buffer(),
            gradient.buffer(),
            first.buffer(),
            second.buffer(),
            weights.paddedSize(),
            (float) settings.beta1,
            (float) (1 - settings.beta1),
            (float) settings.beta2,
            (float) (1 - settings.beta2),
            (float) size,
            (float) (keras ? 1 : 1 / root2),
            (float) settings.epsilon,
            (float) settings.weightDecay);
  }

  private KernelSource source() {
    return Elementwise.source(backend, "adam.cl");
  }
}
