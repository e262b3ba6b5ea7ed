package org.prunecl.lab;

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
    List<Integer> hidden,
    boolean bias,
    String initializer,
    Optimizer optimizer,
    int batchSize,
    int epochs,
    long seed,
    Prune prune) {

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
