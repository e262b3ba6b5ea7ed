package org.prunecl.lab;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.prunecl.data.Normalization;
import org.prunecl.nn.Initializer;
import org.prunecl.nn.Moments;
import org.prunecl.ops.Adam;
import org.prunecl.prune.Combinations;
import org.prunecl.prune.Method;
import org.prunecl.prune.PruneException;
import org.prunecl.prune.Schedule;
import org.prunecl.prune.Scope;
import org.prunecl.prune.Selection;

/** The ranges of a recipe's fields, and which of them go together. */
final class RecipeRules {
  /** Two such layers have as many weights as an array can hold. */
  private static final int MAX_WIDTH = 1 << 15;

  private RecipeRules() {}

  /**
   * Checks a recipe.
   *
   * @param source where it comes from, for messages
   * @throws LabException with the rule that it breaks
   */
  static void check(String source, Recipe recipe) {
    List<Integer> hidden = recipe.hidden();
    Recipe.Optimizer adam = recipe.optimizer();
    require(
        source,
        recipe.conv().stream().allMatch(RecipeRules::sane),
        "each of conv has filters, kernel (one number or rows and columns) and pool from 1 to "
            + MAX_WIDTH);
    require(
        source,
        hidden.stream().allMatch(width -> width >= 1 && width <= MAX_WIDTH),
        "hidden widths are from 1 to " + MAX_WIDTH);
    require(source, recipe.batchSize() >= 1, "batch_size is at least 1");
    require(source, recipe.epochs() >= 1, "epochs is at least 1");
    require(
        source,
        recipe.validationSplit() >= 0 && recipe.validationSplit() < 1,
        "validation_split is a fraction, at least 0 and less than 1");
    require(source, recipe.seeds() >= 1, "seeds is at least 1");
    requireOneOf(source, "normalize", recipe.normalize(), Normalization.values());
    requireOneOf(source, "initializer", recipe.initializer(), Initializer.values());
    requireOneOf(source, "optimizer.form", adam.form(), Adam.Form.values());
    require(
        source,
        adam.learningRate() > 0 && Double.isFinite(adam.learningRate()),
        "optimizer.learning_rate is positive");
    require(
        source,
        adam.beta1() >= 0 && adam.beta1() < 1 && adam.beta2() >= 0 && adam.beta2() < 1,
        "optimizer.beta1 and beta2 are at least 0 and less than 1");
    require(
        source,
        adam.epsilon() > 0
            && Double.isFinite(adam.epsilon())
            && adam.weightDecay() >= 0
            && Double.isFinite(adam.weightDecay()),
        "optimizer.epsilon is positive and weight_decay not negative");
    require(
        source,
        !recipe.prune().controlled() || !recipe.units().isEmpty(),
        "there are layers before the output layer to make smaller, or "
            + SmallDense.METHOD
            + " is left out");
    check(source, recipe.prune());
  }

  private static void check(String source, Recipe.Prune prune) {
    require(
        source,
        !prune.methods().isEmpty()
            && prune.methods().stream().distinct().count() == prune.methods().size(),
        "prune.methods are some methods, each once");
    require(
        source,
        !prune.sparsities().isEmpty()
            && prune.sparsities().stream().allMatch(RecipeRules::fraction)
            && prune.sparsities().stream().distinct().count() == prune.sparsities().size(),
        "prune.sparsities are fractions from 0 to 1, each once");
    requireOneOf(source, "prune.selection", prune.selection(), Selection.values());
    requireOneOf(source, "prune.scope", prune.scope(), Scope.LAYER, Scope.GLOBAL);
    require(
        source,
        prune.fractions().values().stream().allMatch(RecipeRules::fraction),
        "prune.fractions are from 0 to 1");
    require(
        source,
        prune.fractions().isEmpty() || words(Scope.LAYER).contains(prune.scope()),
        "prune.scope is layer where layers have fractions of their own");
    requireOneOf(source, "prune.moments", prune.moments(), Moments.values());
    check(source, prune.schedule());
    check(source, prune.fineTune());
    try {
      prune.pruningMethods().forEach(method -> check(source, prune, method));
    } catch (PruneException e) {
      throw LabException.input("Recipe " + source + ": " + e.getMessage(), e.remedy(), e);
    }
  }

  private static boolean sane(Recipe.Conv conv) {
    List<Integer> kernel = conv.kernel();
    return kernel != null
        && (kernel.size() == 1 || kernel.size() == 2)
        && kernel.stream().allMatch(RecipeRules::size)
        && size(conv.filters())
        && size(conv.pool());
  }

  private static boolean size(Integer value) {
    return value != null && value >= 1 && value <= MAX_WIDTH;
  }

  private static void check(String source, Recipe.Prune prune, String name) {
    Method method = Method.parse(name);
    Combinations.check(method, prune.competition(), prune.schedule().schedule().kind());
    require(
        source,
        !prune.sparsities(name).isEmpty(),
        "prune.sparsities has "
            + method.granularity().fixedShare().orElse(0)
            + ", all that method "
            + name
            + " can prune");
  }

  private static void check(String source, Recipe.Schedule schedule) {
    requireOneOf(source, "prune.schedule.kind", schedule.kind(), Schedule.Kind.values());
    requireOneOf(source, "prune.schedule.rewind", schedule.rewind(), Schedule.Rewind.values());
    require(
        source, fraction(schedule.initial()), "prune.schedule.initial is a fraction from 0 to 1");
    require(
        source,
        schedule.power() > 0 && Double.isFinite(schedule.power()),
        "prune.schedule.power is positive");
    require(
        source,
        schedule.begin() >= 0 && (schedule.end() == null || schedule.end() >= schedule.begin()),
        "prune.schedule.begin is not negative, and end not before it");
    require(
        source,
        schedule.frequency() >= 1 && schedule.rounds() >= 1 && schedule.rewindEpoch() >= 1,
        "prune.schedule.frequency, rounds and rewind_epoch are at least 1");
    boolean rewinds = !words(Schedule.Rewind.NONE).contains(schedule.rewind());
    require(
        source,
        !rewinds || words(Schedule.Kind.ITERATIVE).contains(schedule.kind()),
        "prune.schedule.kind is iterative where it rewinds");
  }

  private static void check(String source, Recipe.FineTune tune) {
    require(source, tune.epochs() >= 0, "prune.fine_tune.epochs is not negative");
    require(
        source,
        tune.batchSize() == null || tune.batchSize() >= 1,
        "prune.fine_tune.batch_size is at least 1");
    require(
        source,
        tune.learningRate() == null
            || (tune.learningRate() > 0 && Double.isFinite(tune.learningRate())),
        "prune.fine_tune.learning_rate is positive");
  }

  private static boolean fraction(double share) {
    return share >= 0 && share <= 1;
  }

  private static void requireOneOf(String source, String field, String value, Enum<?>... choices) {
    List<String> words = words(choices);
    require(source, words.contains(value), field + " is " + String.join(" or ", words));
  }

  /** Constants as recipes write them. */
  private static List<String> words(Enum<?>... constants) {
    return Arrays.stream(constants)
        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
        .toList();
  }

  private static void require(String source, boolean holds, String rule) {
    if (!holds) {
      throw LabException.input(
          "Recipe " + source + " makes no sense with these settings.",
          "Change it so that " + rule + ".");
    }
  }
}
