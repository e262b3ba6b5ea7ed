package org.prunecl.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.prunecl.lab.Recipe;
import org.prunecl.lab.Recipes;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A recipe, and the options that win over it. Defaults stand in the recipe. */
final class RecipeOptions {
  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE",
      description =
          "quick (default), keras-mlp, tf-fashion-mlp, pytorch-mlp, or a YAML file. It sets what"
              + " the options leave open.")
  private String recipe;

  @Option(
      names = "--data",
      paramLabel = "NAME|DIR",
      description = "fashion-mnist, mnist, or a folder with the four IDX files.")
  private String data;

  @Option(
      names = "--hidden",
      split = ",",
      paramLabel = "WIDTH",
      description = "Widths of the hidden layers, such as 1000,1000,500,200.")
  private List<Integer> hidden;

  @Option(names = "--bias", negatable = true, description = "Layers with biases.")
  private Boolean bias;

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training images.")
  private Integer epochs;

  @Option(names = "--batch-size", paramLabel = "N", description = "Training images per step.")
  private Integer batchSize;

  @Option(names = "--learning-rate", paramLabel = "RATE", description = "Adam's step size.")
  private Double learningRate;

  @Option(
      names = "--validation-split",
      paramLabel = "FRACTION",
      description = "Share of the training images, the last ones, to hold out for validation.")
  private Double validationSplit;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of initial weights, batch order and what is pruned at random.")
  private Long seed;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Networks to train, with seeds from --seed on.")
  private Integer seeds;

  @Option(
      names = "--normalize",
      paramLabel = "unit|half",
      description = "Pixels to [0, 1], or to mean 0.5 and standard deviation 0.5.")
  private String normalize;

  @Option(
      names = "--methods",
      split = ",",
      paramLabel = "METHOD",
      description =
          "What is pruned, as [CRITERION-]GRANULARITY: "
              + PruneOptions.METHODS
              + " small-dense trains a dense network of as many parameters instead.")
  private List<String> methods;

  @Option(
      names = "--sparsities",
      split = ",",
      paramLabel = "FRACTION",
      description = "Shares to prune, such as 0,0.5,0.9.")
  private List<Double> sparsities;

  @Mixin private PruneOptions prune;
  @Mixin private ScheduleOptions schedule;

  /** The recipe with the options laid over it. */
  Recipe resolve() {
    return Recipes.resolve(Optional.ofNullable(recipe).orElse(Recipes.DEFAULT), options());
  }

  /**
   * A recipe with the options laid over it, unless another one is named.
   *
   * @param file of the recipe
   */
  Recipe resolveOver(Path file) {
    return Recipes.resolve(recipe == null ? file.toString() : recipe, options());
  }

  /**
   * How images are normalised for a model from a file: as asked for, else by a recipe that was
   * named, else as the model's file says, else to [0, 1].
   */
  String normalizeFor(String fromModel) {
    if (normalize != null || recipe != null) {
      return resolve().normalize();
    }
    return fromModel == null ? "unit" : fromModel;
  }

  private ObjectNode options() {
    ObjectNode options = Recipes.options();
    ObjectNode pruning = options.putObject("prune");
    prune.lay(pruning);
    schedule.lay(pruning);
    if (data != null) {
      options.put("data", data);
    }
    if (hidden != null) {
      ArrayNode widths = options.putArray("hidden");
      hidden.forEach(widths::add);
    }
    if (bias != null) {
      options.put("bias", bias);
    }
    if (epochs != null) {
      options.put("epochs", epochs);
    }
    if (batchSize != null) {
      options.put("batch_size", batchSize);
    }
    if (learningRate != null) {
      options.putObject("optimizer").put("learning_rate", learningRate);
    }
    if (validationSplit != null) {
      options.put("validation_split", validationSplit);
    }
    if (seed != null) {
      options.put("seed", seed);
    }
    if (seeds != null) {
      options.put("seeds", seeds);
    }
    if (normalize != null) {
      options.put("normalize", normalize);
    }
    if (methods != null) {
      ArrayNode names = pruning.putArray("methods");
      methods.forEach(names::add);
    }
    if (sparsities != null) {
      ArrayNode shares = pruning.putArray("sparsities");
      sparsities.forEach(shares::add);
    }
    return options;
  }
}
