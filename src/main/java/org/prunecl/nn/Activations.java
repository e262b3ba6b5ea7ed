package org.prunecl.nn;

import java.util.ArrayList;
import java.util.List;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Matrix;

/**
 * One matrix per layer, of its outputs × the largest batch; smaller batches are views. Owns them.
 */
final class Activations implements AutoCloseable {
  private final List<Matrix> matrices = new ArrayList<>();
  private final Scope scope = new Scope();
  private final int maxBatch;

  Activations(Backend backend, List<Integer> widths, int maxBatch) {
    this.maxBatch = maxBatch;
    try {
      for (int width : widths) {
        matrices.add(scope.own(backend.matrix(width, maxBatch)));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The matrix of a layer for this batch size. */
  Matrix of(int layer, int batch) {
    if (batch < 1 || batch > maxBatch) {
      throw new IllegalArgumentException("A batch of " + batch + "; there is room for " + maxBatch);
    }
    Matrix matrix = matrices.get(layer);
    return matrix.reshaped(matrix.rows(), batch);
  }

  static long bytes(List<Integer> widths, int maxBatch) {
    return widths.stream().mapToLong(width -> Matrix.bytes(width, maxBatch)).sum();
  }

  @Override
  public void close() {
    scope.close();
  }
}
