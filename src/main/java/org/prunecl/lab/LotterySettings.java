package org.prunecl.lab;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.prunecl.nn.LayerParameters;
import org.prunecl.prune.Combinations;
import org.prunecl.prune.Method;
import org.prunecl.prune.Pruning;
import org.prunecl.prune.Schedule;
import org.prunecl.prune.Scope;
import org.prunecl.prune.Selection;

/**
 * How a lottery ticket experiment prunes where that is other than its recipe says; null for what is
 * not. The output layer is pruned at half the rate, as Frankle and Carbin (2019) do: it has few
 * weights, and all of the network's decisions pass through them.
 *
 * @param method what is pruned, as {@link Method#parse} reads it
 * @param rate the share of what is left that each round prunes, above 0 and below 1
 * @param rounds how often is pruned and trained again, at least 1
 * @param rewind {@code initial} or {@code epoch}: what tickets start from
 * @param rewindEpoch the epoch whose end {@code epoch} is, at least 1 and less than there are
 */
public record LotterySettings(
    String method, Double rate, Integer rounds, String rewind, Integer rewindEpoch) {
  /** The recipe that is used when none is named, and says how is pruned when another doesn't. */
  public static final String RECIPE = "lottery";

  private static final double OUTPUT_SHARE = 0.5;

  /** Keeps recipes readable: 0.488, not the sum of its rounding errors. */
  private static final double DIGITS = 1e12;

  private static final Set<String> REWINDS =
      Set.of(word(Schedule.Rewind.INITIAL), word(Schedule.Rewind.EPOCH));

  /**
   * The recipe as it is run: an iterative schedule whose shares stand for each layer.
   *
   * @param recipe how is trained; and how is pruned, if its schedule is iterative
   * @param layers the network's
   * @throws LabException when it makes no sense
   * @throws org.prunecl.prune.PruneException when it doesn't fit method or network
   */
  public Recipe over(Recipe recipe, List<LayerParameters> layers) {
    boolean own = recipe.prune().schedule().kind().equals(word(Schedule.Kind.ITERATIVE));
    Recipe.Prune from = own ? recipe.prune() : Recipes.resolve(RECIPE, Recipes.options()).prune();
    String pruned = method == null ? only(from.methods(), "method") : method;
    Combinations.check(Method.parse(pruned), Scope.FRACTIONS, Schedule.Kind.ITERATIVE);
    double share = rate == null ? rate(from) : rate;
    if (!(share > 0 && share < 1)) {
      throw LabException.input(
          "A share of " + share + " can't be pruned in each round.",
          "Give a --rate above 0 and below 1.");
    }
    Recipe.Schedule schedule = schedule(from.schedule(), recipe.epochs());
    double sparsity = target(share, schedule.rounds());
    if (sparsity == 1) {
      throw LabException.input(
          "Nothing is left after " + schedule.rounds() + " rounds.",
          "Give fewer --rounds, or a lower --rate.");
    }
    boolean given = rate == null && rounds == null && !from.fractions().isEmpty();
    Map<String, Double> fractions =
        given ? from.fractions() : fractions(from, layers, share, schedule.rounds());
    Recipe resolved =
        recipe.with(
            new Recipe.Prune(
                List.of(pruned),
                List.of(sparsity),
                from.selection(),
                !given || from.includeOutput(),
                from.scope(),
                from.exclude(),
                fractions,
                from.moments(),
                false,
                schedule,
                new Recipe.FineTune(0, null, null)));
    target(resolved).check(layers.stream().map(LayerParameters::name).toList());
    return resolved;
  }

  /** What is pruned after the last round of such a recipe. */
  static Pruning target(Recipe resolved) {
    Recipe.Prune prune = resolved.prune();
    return prune.pruning(prune.methods().get(0), prune.sparsities().get(0), resolved.seed());
  }

  /** The share of what is left that each round of an iterative recipe prunes. */
  public static double rate(Recipe.Prune prune) {
    double sparsity = only(prune.sparsities(), "sparsity");
    return 1 - Math.pow(1 - sparsity, 1.0 / prune.schedule().rounds());
  }

  private static <T> T only(List<T> several, String what) {
    if (several.size() != 1) {
      throw LabException.input(
          "A lottery ticket experiment has one " + what + ", not " + several.size() + ".",
          "Leave one in the recipe, or give --method and --rate.");
    }
    return several.get(0);
  }

  private Recipe.Schedule schedule(Recipe.Schedule from, int epochs) {
    int all = rounds == null ? from.rounds() : rounds;
    String to = rewind == null ? from.rewind() : rewind;
    int epoch = rewindEpoch == null ? from.rewindEpoch() : rewindEpoch;
    if (all < 1) {
      throw LabException.input(
          all + " rounds are no experiment.", "Give --rounds a number of at least 1.");
    }
    if (!REWINDS.contains(to)) {
      throw LabException.input(
          "Winning tickets don't start from rewind '" + to + "'.",
          "Give --rewind initial, or --rewind epoch.");
    }
    if (to.equals(word(Schedule.Rewind.EPOCH)) && (epoch < 1 || epoch >= epochs)) {
      throw LabException.input(
          "Rewinding to the end of epoch " + epoch + " of " + epochs + " leaves nothing to train.",
          "Give a --rewind-epoch from 1 to " + (epochs - 1) + ", or more --epochs.");
    }
    return new Recipe.Schedule(
        from.kind(),
        from.initial(),
        from.power(),
        from.begin(),
        from.end(),
        from.frequency(),
        all,
        to,
        epoch);
  }

  private static Map<String, Double> fractions(
      Recipe.Prune from, List<LayerParameters> layers, double rate, int rounds) {
    List<String> names = layers.stream().map(LayerParameters::name).toList();
    String output = names.get(names.size() - 1);
    Pruning all =
        new Pruning(
            Method.WEIGHT,
            Scope.LAYER,
            0,
            Selection.COUNT,
            true,
            Set.copyOf(from.exclude()),
            Map.of(),
            0);
    Map<String, Double> fractions =
        all.prunable(names).stream()
            .map(names::get)
            .collect(
                Collectors.toMap(
                    name -> name,
                    name -> target(name.equals(output) ? OUTPUT_SHARE * rate : rate, rounds),
                    (one, other) -> one,
                    TreeMap::new));
    if (fractions.isEmpty()) {
      throw LabException.input(
          "The recipe excludes every layer from pruning.", "Leave one out of prune.exclude.");
    }
    return fractions;
  }

  private static double target(double rate, int rounds) {
    return Math.rint((1 - Math.pow(1 - rate, rounds)) * DIGITS) / DIGITS;
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
