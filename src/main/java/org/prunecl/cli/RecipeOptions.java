package org.prunecl.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.prunecl.lab.Recipe;
import org.prunecl.lab.Recipes;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** A recipe, and the options that win over it. Defaults stand in the recipe. */
final class RecipeOptions {
  @Mixin private TrainingOptions training;

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
    return Recipes.resolve(training.recipe(Recipes.DEFAULT), options());
  }

  /**
   * A recipe with the options laid over it, unless another one is named.
   *
   * @param file of the recipe
   */
  Recipe resolveOver(Path file) {
    return Recipes.resolve(training.recipe(file.toString()), options());
  }

  /**
   * How images are normalised for a model from a file: as asked for, else by a recipe that was
   * named, else as the model's file says, else to [0, 1].
   */
  String normalizeFor(String fromModel) {
    if (training.normalizes()) {
      return resolve().normalize();
    }
    return fromModel == null ? "unit" : fromModel;
  }

  /** The first of the options given that say what or how to prune. */
  static Optional<String> pruning(ParseResult given) {
    Set<Class<?>> homes = Set.of(RecipeOptions.class, PruneOptions.class, ScheduleOptions.class);
    return given.matchedOptions().stream()
        .filter(
            option ->
                option.userObject() instanceof Field field
                    && homes.contains(field.getDeclaringClass()))
        .map(OptionSpec::longestName)
        .filter(name -> !name.equals("--schedule"))
        .findFirst();
  }

  private ObjectNode options() {
    ObjectNode options = training.options();
    ObjectNode pruning = options.putObject("prune");
    prune.lay(pruning);
    schedule.lay(pruning);
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
