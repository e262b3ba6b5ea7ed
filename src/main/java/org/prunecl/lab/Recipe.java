package org.prunecl.lab;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.util.List;
import java.util.Map;

/**
 * A whole experiment, written down: what a recipe file holds and what a run folder records.
 *
 * @param name short name, also of the file
 * @param description one line that says what the recipe is for
 * @param repeats the published experiment it repeats, or null
 * @param published what was published for it, by name, or null
 * @param data a known dataset's name, or a folder of IDX files
 * @param normalize {@code unit} for [0, 1], {@code half} for mean 0.5 and standard deviation 0.5
 * @param conv convolutional layers before the hidden ones, possibly none
 * @param hidden widths of the hidden layers
 * @param bias whether the layers have biases
 * @param initializer {@code keras} (Glorot-uniform, zero bias) or {@code pytorch} (U(±1/√fan_in))
 * @param optimizer Adam and its parameters
 * @param batchSize training images per step
 * @param epochs passes over the training images
 * @param seed seed of initial weights and batch order
 * @param prune what the sweep prunes
 */
public record Recipe(
    String name,
    String description,
    String repeats,
    Map<String, Object> published,
    String data,
    String normalize,
    List<Conv> conv,
    List<Integer> hidden,
    boolean bias,
    String initializer,
    Optimizer optimizer,
    int batchSize,
    int epochs,
    long seed,
    Prune prune) {

  /** No convolutional layers unless there are some. */
  public Recipe {
    conv = conv == null ? List.of() : List.copyOf(conv);
  }

  /**
   * A convolutional layer, of stride 1 and without padding.
   *
   * @param filters number of filters
   * @param kernel rows and columns of their kernels, or one number for both
   * @param pool side of the squares of max pooling behind it; 1, as when it is left out, for none
   */
  public record Conv(
      int filters,
      @JsonFormat(
              with = {
                JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY,
                JsonFormat.Feature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED
              })
          List<Integer> kernel,
      Integer pool) {
    /** Fills in what is left out. */
    public Conv {
      pool = pool == null ? 1 : pool;
    }

    int kernelHeight() {
      return kernel.get(0);
    }

    int kernelWidth() {
      return kernel.get(kernel.size() - 1);
    }
  }

  /**
   * Adam's parameters.
   *
   * @param form {@code keras} or {@code pytorch}: where epsilon stands
   * @param learningRate step size
   * @param beta1 decay of the first moment
   * @param beta2 decay of the second moment
   * @param epsilon keeps the division finite
   * @param weightDecay coupled L2 penalty, 0 for none
   */
  public record Optimizer(
      String form,
      double learningRate,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay) {}

  /**
   * What the sweep prunes.
   *
   * @param methods {@code weight}, {@code unit}
   * @param sparsities shares to prune, 0 to 1
   * @param selection {@code count} (exactly int(n·s) smallest) or {@code percentile} (strictly
   *     below numpy's linear percentile)
   * @param includeOutput whether the output layer is pruned too
   */
  public record Prune(
      List<String> methods, List<Double> sparsities, String selection, boolean includeOutput) {}
}
