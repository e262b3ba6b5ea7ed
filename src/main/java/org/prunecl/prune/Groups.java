package org.prunecl.prune;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Which weights of a matrix are pruned together.
 *
 * @param members the weights' places of each group, row by row, ascending; every weight is in one
 * @param rows whether each group is a whole row, in the rows' order
 */
record Groups(List<int[]> members, boolean rows) {
  /** One score per group, from its members' places; computed in float64, rounded to float32. */
  float[] scores(ToDoubleFunction<int[]> score) {
    float[] scores = new float[members.size()];
    for (int g = 0; g < scores.length; g++) {
      scores[g] = (float) score.applyAsDouble(members.get(g));
    }
    return scores;
  }
}
