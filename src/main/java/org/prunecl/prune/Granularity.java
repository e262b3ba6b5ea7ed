package org.prunecl.prune;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.prunecl.nn.LayerMasks;

/** What is pruned together. */
public interface Granularity {
  /** The name as users write it. */
  String label();

  /** Whether it removes units, so that a smaller dense network is left. */
  default boolean wholeUnits() {
    return false;
  }

  /** The one share that it can prune, if it is fixed. */
  default OptionalDouble fixedShare() {
    return OptionalDouble.empty();
  }

  /** Why layers can't compete so, if they can't. */
  default Optional<String> refusal(Scope scope) {
    return Optional.empty();
  }

  /** Why it can't be pruned at such times, if it can't. */
  default Optional<String> refusal(Schedule.Kind schedule) {
    return Optional.empty();
  }

  /**
   * The masks of layers that compete with each other.
   *
   * @param layers at least one
   * @param sparsity the share to prune of what is pruned together in all of them, 0 to 1
   * @return one per layer, for the caller to close
   */
  List<LayerMasks> masks(
      Criterion criterion, List<Candidate> layers, double sparsity, Selection selection);
}
