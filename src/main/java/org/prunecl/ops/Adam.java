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

  /** The kernels' constants of one step; see {@code adam_update.cl}. */
  record Update(
      float beta1,
      float keep1,
      float beta2,
      float keep2,
      float step,
      float scale,
      float epsilon,
      float decay) {
    static Update of(Settings settings, int step) {
      double correction1 = 1 - Math.pow(settings.beta1, step);
      double root2 = Math.sqrt(1 - Math.pow(settings.beta2, step));
      boolean keras = settings.form == Form.KERAS;
      return new Update(
          (float) settings.beta1,
          (float) (1 - settings.beta1),
          (float) settings.beta2,
          (float) (1 - settings.beta2),
          (float) (settings.learningRate / correction1 * (keras ? root2 : 1)),
          (float) (keras ? 1 : 1 / root2),
          (float) settings.epsilon,
          (float) settings.weightDecay);
    }
  }

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
    Update update = Update.of(settings, step);
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
            update.beta1,
            update.keep1,
            update.beta2,
            update.keep2,
            update.step,
            update.scale,
            update.epsilon,
            update.decay);
  }

  /**
   * One step on a layer's weights, in place, their gradient being a product. On a CPU the product's
   * kernel takes the step, so that the gradient is not stored.
   *
   * @param settings the optimiser's parameters
   * @param step 1 for the first
   * @param weights outputs × inputs
   * @param dy gradient of the loss by the layer's sums: outputs × batch
   * @param x the layer's input: inputs × batch
   * @param gradient room for dY · Xᵀ, outputs × inputs; what it holds afterwards is undefined
   * @param first the first moment, zeros before the first step; outputs × inputs
   * @param second the second moment, likewise
   */
  public void step(
      Settings settings,
      int step,
      Matrix weights,
      Matrix dy,
      Matrix x,
      Matrix gradient,
      Matrix first,
      Matrix second) {
    if (gemm.fusesAdam(weights.rows(), weights.columns(), dy.columns())) {
      weights.checkSameShape(first);
      weights.checkSameShape(second);
      gemm.adam(dy, x, weights, first, second, Update.of(settings, step));
    } else {
      gemm.multiply(1f, dy, false, x, true, 0f, gradient, Epilogue.NONE);
      step(settings, step, weights, gradient, first, second);
    }
  }

  private KernelSource source() {
    return Elementwise.source(backend, "adam.cl");
  }
}
