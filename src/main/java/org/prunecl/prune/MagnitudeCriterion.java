package org.prunecl.prune;

import org.prunecl.opencl.Scope;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Reduce;

/**
 * The magnitude |w|; of a group the L2 or the L1 norm of its weights, as PyTorch's {@code
 * ln_structured} has them with {@code n = 2} and {@code n = 1}. Norms are not divided by the
 * group's size: what is pruned is then what changes the weights least, in that norm.
 *
 * @param label {@code magnitude} or {@code magnitude-l1}
 * @param squares whether squares are summed, and the root taken
 */
record MagnitudeCriterion(String label, boolean squares) implements Criterion {
  static final MagnitudeCriterion L2 = new MagnitudeCriterion("magnitude", true);
  static final MagnitudeCriterion L1 = new MagnitudeCriterion("magnitude-l1", false);

  @Override
  public Matrix scores(Candidate layer, Scope owner) {
    return layer.layer().weights();
  }

  @Override
  public float[] scores(Candidate layer, Groups groups) {
    if (squares && groups.rows()) {
      try (Matrix norms = layer.backend().matrix(layer.layer().outputs(), 1)) {
        new Reduce(layer.backend()).rowNorms(layer.layer().weights(), norms);
        return norms.read();
      }
    }
    return groups.scores(
        places -> {
          double sum = 0;
          for (int place : places) {
            double w = layer.weight(place);
            sum += squares ? w * w : Math.abs(w);
          }
          return squares ? Math.sqrt(sum) : sum;
        });
  }
}
