package org.prunecl.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.prunecl.lab.Recipes;
import picocli.CommandLine.Option;

/** Which recipe, and what of its data, network and training is other. Defaults stand in it. */
final class TrainingOptions {
  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE",
      description =
          "quick (default), keras-mlp, tf-fashion-mlp, pytorch-mlp, tfmot-conv, lottery (the"
              + " default of `prunecl lottery`), or a YAML file. It sets what the options leave"
              + " open.")
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

  /** The recipe that was named, or another. */
  String recipe(String otherwise) {
    return recipe == null ? otherwise : recipe;
  }

  /** Whether it was said how images are normalised, if only by naming a recipe. */
  boolean normalizes() {
    return normalize != null || recipe != null;
  }

  /** The options that were given, as fields of a recipe. */
  ObjectNode options() {
    ObjectNode options = Recipes.options();
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
    return options;
  }
}
