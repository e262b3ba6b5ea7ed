package org.prunecl.prune;

import java.util.Optional;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Matrix;

/**
 * |Σ w · g| over a unit's weights, g being the gradient of the mean loss of a calibration batch:
 * how much the loss changes, to first order, when the whole unit is removed (Molchanov et al.,
 * 2019, without the square, which doesn't change the order).
 */
record TaylorCriterion() implements Criterion {
  @Override
  public String label() {
    return "taylor";
  }

  @Override
  public boolean needsGradients() {
    return true;
  }

  @Override
  public Optional<String> refusal(Granularity granularity) {
    return granularity.wholeUnits()
        ? Optional.empty()
        : Optional.of("taylor scores whole units; of anything smaller take gradient");
  }

  @Override
  public Matrix scores(Candidate layer, Scope owner) {
    throw new IllegalArgumentException("Single weights scored as units");
  }

  @Override
  public float[] scores(Candidate layer, Groups groups) {
    return groups.scores(
        places -> {
          double sum = 0;
          for (int place : places) {
            sum += layer.product(place);
          }
          return Math.abs(sum);
        });
  }
}
