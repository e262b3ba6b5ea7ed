package org.prunecl.prune;

import java.util.Optional;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Matrix;

/**
 * By what weights, and groups of them, are ranked: those with the lowest scores are pruned first,
 * equal ones in the order of their index.
 */
public interface Criterion {
  /** The name as users write it. */
  String label();

  /** Whether it needs the gradients of a loss, and so a calibration batch. */
  default boolean needsGradients() {
    return false;
  }

  /** Why it can't score what that granularity prunes together, if it can't. */
  default Optional<String> refusal(Granularity granularity) {
    return Optional.empty();
  }

  /**
   * Scores of single weights on the device, ranked by their magnitude.
   *
   * @param owner takes over what is allocated
   * @return a matrix of the weights' shape, possibly the weights themselves: to be read only
   */
  Matrix scores(Candidate layer, Scope owner);

  /**
   * Scores of groups of weights, ranked as they are, negative ones first.
   *
   * @return one per group, finite if the weights are
   */
  float[] scores(Candidate layer, Groups groups);
}
