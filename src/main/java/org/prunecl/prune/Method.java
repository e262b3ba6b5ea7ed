package org.prunecl.prune;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is pruned together, and by which score. Users write {@code [criterion-]granularity}: {@code
 * weight}, {@code random-unit}, {@code gradient-block4x4}, {@code 2:4}.
 *
 * @param criterion by what it is ranked; {@code magnitude} is left out in the name
 * @param granularity what is pruned together
 */
public record Method(Criterion criterion, Granularity granularity) {
  /** All criteria. */
  static final List<Criterion> CRITERIA =
      List.of(
          MagnitudeCriterion.L2,
          MagnitudeCriterion.L1,
          new RandomCriterion(),
          new LargestCriterion(),
          new GradientCriterion(),
          new TaylorCriterion());

  /** How granularities are read; the first that knows the text takes it. */
  private static final List<Function<String, Optional<Granularity>>> GRANULARITIES =
      List.of(
          WeightGranularity::parse,
          UnitGranularity::parse,
          BlockGranularity::parse,
          NmGranularity::parse);

  /** The smallest |w|. */
  public static final Method WEIGHT = new Method(MagnitudeCriterion.L2, new WeightGranularity());

  /** The units with the smallest L2 norm. */
  public static final Method UNIT = new Method(MagnitudeCriterion.L2, new UnitGranularity("unit"));

  /**
   * The method of that name.
   *
   * @throws PruneException when there is none
   */
  public static Method parse(String text) {
    return find(text)
        .orElseThrow(
            () ->
                new PruneException(
                    "There is no pruning method '" + text + "'.",
                    "Write [CRITERION-]GRANULARITY: " + choices() + "."));
  }

  /** What methods are made of, for help texts. */
  public static String choices() {
    String criteria = CRITERIA.stream().map(Criterion::label).collect(Collectors.joining(", "));
    return criteria + "; weight, unit (or filter), blockRxC, N:M";
  }

  /** The name as users write it. */
  public String label() {
    boolean standard = criterion.equals(WEIGHT.criterion);
    return (standard ? "" : criterion.label() + "-") + granularity.label();
  }

  /** Whether the method prunes that share: some prune one share only. */
  public boolean prunes(double sparsity) {
    // Users round thirds.
    return granularity.fixedShare().isEmpty()
        || Math.abs(granularity.fixedShare().getAsDouble() - sparsity) < 1e-3;
  }

  private static Optional<Granularity> granularity(String text) {
    return GRANULARITIES.stream().flatMap(parser -> parser.apply(text).stream()).findFirst();
  }

  private static Optional<Method> find(String text) {
    Optional<Granularity> alone = granularity(text);
    if (alone.isPresent()) {
      return Optional.of(new Method(WEIGHT.criterion, alone.get()));
    }
    return CRITERIA.stream()
        .filter(criterion -> text.startsWith(criterion.label() + "-"))
        .flatMap(
            criterion ->
                granularity(text.substring(criterion.label().length() + 1)).stream()
                    .map(granularity -> new Method(criterion, granularity)))
        .findFirst();
  }
}
