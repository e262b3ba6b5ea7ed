package org.prunecl.prune;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.prunecl.nn.LayerMasks;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Magnitude;
import org.prunecl.ops.Mask;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Scores;

/** Single weights, each for itself: scored and selected on the device. */
record WeightGranularity() implements Granularity {
  static Optional<Granularity> parse(String text) {
    return text.equals("weight") ? Optional.of(new WeightGranularity()) : Optional.empty();
  }

  @Override
  public String label() {
    return "weight";
  }

  @Override
  public List<LayerMasks> masks(
      Criterion criterion, List<Candidate> layers, double sparsity, Selection selection) {
    Backend backend = layers.get(0).backend();
    try (Scope scope = new Scope()) {
      List<Matrix> scores = new ArrayList<>();
      long n = 0;
      for (Candidate layer : layers) {
        Matrix own = scores(criterion, layer, scope);
        scores.add(own);
        n += (long) own.rows() * own.columns();
      }
      return select(new Magnitude(backend), scores, n, sparsity, selection).stream()
          .map(mask -> new LayerMasks(mask, null))
          .toList();
    }
  }

  /** Scores of single weights, those that are pruned already first. */
  static Matrix scores(Criterion criterion, Candidate layer, Scope owner) {
    Matrix scores = criterion.scores(layer, owner);
    if (layer.previous() == null) {
      return scores;
    }
    Matrix ordered = owner.own(layer.backend().matrix(scores.rows(), scores.columns()));
    new Scores(layer.backend()).prunedFirst(scores, layer.previous().weights(), ordered);
    return ordered;
  }

  /** The same scores in host memory, row by row. */
  static float[] read(Criterion criterion, Candidate layer) {
    try (Scope scope = new Scope()) {
      return scores(criterion, layer, scope).read();
    }
  }

  private static List<Mask> select(
      Magnitude magnitude, List<Matrix> scores, long n, double sparsity, Selection selection) {
    if (selection != Selection.PERCENTILE) {
      return magnitude.smallest(scores, selection.count(n, sparsity));
    }
    Selection.Threshold threshold =
        Selection.percentile(n, sparsity, rank -> magnitude.atRank(scores, rank));
    List<Mask> masks = new ArrayList<>();
    try {
      for (Matrix own : scores) {
        masks.add(magnitude.below(own, threshold.score(), threshold.inclusive()));
      }
      return masks;
    } catch (RuntimeException e) {
      masks.forEach(Mask::close);
      throw e;
    }
  }
}
