package org.prunecl.prune;

import org.prunecl.opencl.Scope;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Scores;

/**
 * |w · g|, g being the gradient of the mean loss of a calibration batch: how much the loss changes,
 * to first order, when the weight alone is removed (Lee et al., SNIP, 2019); of a group the sum.
 */
record GradientCriterion() implements Criterion {
  @Override
  public String label() {
    return "gradient";
  }

  @Override
  public boolean needsGradients() {
    return true;
  }

  @Override
  public Matrix scores(Candidate layer, Scope owner) {
    Matrix weights = layer.layer().weights();
    Matrix scores = owner.own(layer.backend().matrix(weights.rows(), weights.columns()));
    new Scores(layer.backend()).multiply(weights, layer.gradient(), scores);
    return scores;
  }

  @Override
  public float[] scores(Candidate layer, Groups groups) {
    return groups.scores(
        places -> {
          double sum = 0;
          for (int place : places) {
            sum += Math.abs(layer.product(place));
          }
          return sum;
        });
  }
}
