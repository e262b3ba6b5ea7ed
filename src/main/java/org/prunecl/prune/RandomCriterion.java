package org.prunecl.prune;

import org.prunecl.opencl.Scope;
import org.prunecl.ops.Matrix;

/**
 * At random: the baseline that any other criterion has to beat. A seed and a layer always give the
 * same ranking, so that what is pruned at some sparsity is pruned at every larger one too.
 */
record RandomCriterion() implements Criterion {
  @Override
  public String label() {
    return "random";
  }

  @Override
  public Matrix scores(Candidate layer, Scope owner) {
    Matrix weights = layer.layer().weights();
    return owner.own(layer.backend().matrix(weights.rows(), weights.columns(), layer.draws()));
  }

  @Override
  public float[] scores(Candidate layer, Groups groups) {
    return groups.scores(places -> layer.draws()[places[0]]);
  }
}
