package org.prunecl.prune;

import java.util.Optional;
import java.util.stream.Stream;

/** Which criteria, granularities, scopes and schedules go together. */
public final class Combinations {
  private Combinations() {}

  /** Why a combination makes no sense, as a clause without a full stop; empty if it does. */
  public static Optional<String> refusal(Method method, Scope scope, Schedule.Kind schedule) {
    Granularity granularity = method.granularity();
    return Stream.of(
            method.criterion().refusal(granularity),
            granularity.refusal(scope),
            granularity.refusal(schedule))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /**
   * Checks a combination.
   *
   * @throws PruneException with the reason when it makes no sense
   */
  public static void check(Method method, Scope scope, Schedule.Kind schedule) {
    refusal(method, scope, schedule)
        .ifPresent(
            reason -> {
              throw new PruneException(
                  "Method " + method.label() + " is refused: " + reason + ".",
                  "Choose another method, scope or schedule; docs/pruning.md says which go"
                      + " together.");
            });
  }
}
