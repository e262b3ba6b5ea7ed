package org.prunecl.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
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
      double weightDecay) {
    /** The same with another step size. */
    public Settings withLearningRate(double other) {
      return new Settings(form, other, beta1, beta2, epsilon, weightDecay);
    }
  }

  /**
   * What a step does to pruned weights: they become 0, whatever their gradient is, NaN included.
   *
   * @param mask of the tensor's shape
   * @param momentsToo whether their moments become 0 too; else those go on taking gradients
   */
  public record Masking(Mask mask, boolean momentsToo) {}

  /** The kernels' constants of one step; see {@code adam_update.cl}. */
  record Update(
      float beta1,
      float keep1,
      float beta2,
      float keep2,
      float step,
      float scale,
      float epsilon,
      float decay,
      Masking masking) {
    static Update of(Settings settings, int step, Masking masking) {
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
          (float) settings.weightDecay,
          masking);
    }

    boolean masked() {
      return masking != null;
    }

    /** A kernel's own arguments and then this step's. */
    Object[] after(Object... own) {
      List<Object> all = new ArrayList<>(Arrays.asList(own));
      Collections.addAll(all, beta1, keep1, beta2, keep2, step, scale, epsilon, decay);
      if (masked()) {
        Collections.addAll(all, masking.mask.buffer(), masking.momentsToo ? 0 : -1);
      }
      return all.toArray();
    }
  }

  private final Backend backend;
  private final Gemm gemm;

  /** Adam on this backend. */
  public Adam(Backend backend) {
    this(backend, new Gemm(backend));
  }

  Adam(Backend backend, Gemm gemm) {
    this.backend = backend;
    this.gemm = gemm;
  }

  /** Builds the kernels of steps without masks, so that no later call has to. */
  public void prepare() {
    prepare(false);
  }

  /** Builds the kernels of steps with masks. */
  public void prepareMasked() {
    prepare(true);
  }

  private void prepare(boolean masked) {
    backend.context().kernel(source(masked), "adam");
    gemm.prepareAdam(masked);
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
   * @param masking what becomes of pruned weights, or null when none are
   */
  public void step(
      Settings settings,
      int step,
      Matrix weights,
      Matrix gradient,
      Matrix first,
      Matrix second,
      Masking masking) {
    weights.checkSameShape(gradient);
    checkState(weights, first, second, masking);
    Update update = Update.of(settings, step, masking);
    backend
        .context()
        .kernel(source(update.masked()), "adam")
        .launch(
            Elementwise.range(backend, weights, LANES),
            update.after(
                weights.buffer(),
                gradient.buffer(),
                first.buffer(),
                second.buffer(),
                weights.paddedSize()));
  }

  /** One step on one tensor of which nothing is pruned, in place. */
  public void step(
      Settings settings, int step, Matrix weights, Matrix gradient, Matrix first, Matrix second) {
    step(settings, step, weights, gradient, first, second, null);
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
   * @param masking what becomes of pruned weights, or null when none are
   */
  public void step(
      Settings settings,
      int step,
      Matrix weights,
      Matrix dy,
      Matrix x,
      Matrix gradient,
      Matrix first,
      Matrix second,
      Masking masking) {
    if (gemm.fusesAdam(weights.rows(), weights.columns(), dy.columns())) {
      checkState(weights, first, second, masking);
      gemm.adam(dy, x, weights, first, second, Update.of(settings, step, masking));
    } else {
      gemm.multiply(1f, dy, false, x, true, 0f, gradient, Epilogue.NONE);
      step(settings, step, weights, gradient, first, second, masking);
    }
  }

  private static void checkState(Matrix weights, Matrix first, Matrix second, Masking masking) {
    weights.checkSameShape(first);
    weights.checkSameShape(second);
    if (masking != null) {
      masking.mask.checkFits(weights);
    }
  }

  private KernelSource source(boolean masked) {
    KernelSource source = Elementwise.source(backend, "adam.cl");
    return masked ? source.with("MASKED", 1) : source;
  }
}
