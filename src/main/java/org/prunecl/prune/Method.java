package org.prunecl.prune;

import java.util.Locale;
import java.util.stream.IntStream;
import org.prunecl.nn.Layer;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Magnitude;
import org.prunecl.ops.Mask;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Reduce;

/** What is scored and pruned together within a layer. */
public enum Method {
  /** Single weights, by |w|. */
  WEIGHT {
    @Override
    Masks masks(Backend backend, Layer layer, double sparsity, Selection selection) {
      Magnitude magnitude = new Magnitude(backend);
      Matrix weights = layer.weights();
      long n = (long) weights.rows() * weights.columns();
      if (selection == Selection.COUNT) {
        return new Masks(magnitude.smallest(weights, Selection.count(n, sparsity)), null);
      }
      Selection.Threshold threshold =
          Selection.percentile(n, sparsity, rank -> magnitude.atRank(weights, rank));
      return new Masks(magnitude.below(weights, threshold.score(), threshold.inclusive()), null);
    }
  },
  /** Output units with all their incoming weights and their bias, by the weights' L2 norm. */
  UNIT {
    @Override
    Masks masks(Backend backend, Layer layer, double sparsity, Selection selection) {
      boolean[] keep = keptUnits(norms(backend, layer.weights()), sparsity, selection);
      Magnitude magnitude = new Magnitude(backend);
      Mask weights = magnitude.rows(layer.weights(), keep);
      try {
        return new Masks(weights, layer.bias() == null ? null : magnitude.rows(layer.bias(), keep));
      } catch (RuntimeException e) {
        weights.close();
        throw e;
      }
    }
  };

  /**
   * The masks of a layer's weights and biases, the latter null when all biases are kept. Owns them.
   */
  record Masks(Mask weights, Mask bias) implements AutoCloseable {
    @Override
    public void close() {
      weights.close();
      if (bias != null) {
        bias.close();
      }
    }
  }

  abstract Masks masks(Backend backend, Layer layer, double sparsity, Selection selection);

  /** The name as users write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static float[] norms(Backend backend, Matrix weights) {
    try (Matrix norms = backend.matrix(weights.rows(), 1)) {
      new Reduce(backend).rowNorms(weights, norms);
      return norms.read();
    }
  }

  /**
   * Which of the scores are not among the smallest; equal ones are pruned in the order of their
   * index.
   */
  static boolean[] keptUnits(float[] scores, double sparsity, Selection selection) {
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted((a, b) -> Float.compare(scores[a], scores[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    boolean[] keep = new boolean[scores.length];
    if (selection == Selection.COUNT) {
      for (int i = (int) Selection.count(scores.length, sparsity); i < order.length; i++) {
        keep[order[i]] = true;
      }
      return keep;
    }
    Selection.Threshold threshold =
        Selection.percentile(scores.length, sparsity, rank -> scores[order[(int) rank]]);
    for (int i = 0; i < scores.length; i++) {
      keep[i] = !threshold.prunes(scores[i]);
    }
    return keep;
  }
}
