package org.prunecl.prune;

import org.prunecl.opencl.Scope;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Scores;

/** The largest magnitude, or L2 norm, first: a control that has to be worse than random. */
record LargestCriterion() implements Criterion {
  @Override
  public String label() {
    return "largest";
  }

  @Override
  public Matrix scores(Candidate layer, Scope owner) {
    Matrix weights = layer.layer().weights();
    Matrix scores = owner.own(layer.backend().matrix(weights.rows(), weights.columns()));
    new Scores(layer.backend()).reverse(weights, scores);
    return scores;
  }

  @Override
  public float[] scores(Candidate layer, Groups groups) {
    float[] scores = MagnitudeCriterion.L2.scores(layer, groups);
    for (int g = 0; g < scores.length; g++) {
      scores[g] = -scores[g];
    }
    return scores;
  }
}
