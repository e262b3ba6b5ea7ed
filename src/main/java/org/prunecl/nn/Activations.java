package org.prunecl.nn;

import java.util.ArrayList;
import java.util.List;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Matrix;

/**
 * What the layers of a network give, values × the largest batch; smaller batches are views. Of a
 * layer that pools, what it has before pooling too. Owns the matrices.
 */
final class Activations implements AutoCloseable {
  private final List<Matrix> unpooled = new ArrayList<>();
  private final List<Matrix> outputs = new ArrayList<>();
  private final Scope scope = new Scope();
  private final Unrolled unrolled;
  private final int maxBatch;

  /** Those of layers that are multiplied as they are: no convolution has sparse filters. */
  Activations(Backend backend, List<LayerShape> layers, int maxBatch) {
    this(backend, layers, maxBatch, false);
  }

  /**
   * @param unrolling whether convolutions may have sparse filters
   */
  Activations(Backend backend, List<LayerShape> layers, int maxBatch, boolean unrolling) {
    this.maxBatch = maxBatch;
    try {
      this.unrolled =
          unrolling && layers.stream().anyMatch(layer -> layer.convolution() != null)
              ? scope.own(new Unrolled(backend, layers, maxBatch))
              : null;
      for (LayerShape layer : layers) {
        // The last ones are what an inference reads from the host.
        boolean last = unpooled.size() == layers.size() - 1 && !layer.pooled();
        int features = layer.unpooledFeatures();
        Matrix before =
            scope.own(
                last
                    ? backend.sharedMatrix(features, maxBatch)
                    : backend.matrix(features, maxBatch));
        unpooled.add(before);
        outputs.add(
            layer.pooled() ? scope.own(backend.matrix(layer.outputFeatures(), maxBatch)) : before);
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** What a layer gives, for this batch size. */
  Matrix of(int layer, int batch) {
    return view(outputs.get(layer), batch);
  }

  /** The same before pooling; the very same where there is none. */
  Matrix unpooled(int layer, int batch) {
    return view(unpooled.get(layer), batch);
  }

  /** What convolutions with sparse filters go through, or null. */
  Unrolled unrolled() {
    return unrolled;
  }

  private Matrix view(Matrix matrix, int batch) {
    if (batch < 1 || batch > maxBatch) {
      throw new IllegalArgumentException("A batch of " + batch + "; there is room for " + maxBatch);
    }
    return matrix.reshaped(matrix.rows(), batch);
  }

  static long bytes(List<LayerShape> layers, int maxBatch) {
    return layers.stream().mapToLong(layer -> bytes(layer, maxBatch)).sum();
  }

  static long bytes(LayerShape layer, int maxBatch) {
    return Matrix.bytes(layer.unpooledFeatures(), maxBatch)
        + (layer.pooled() ? Matrix.bytes(layer.outputFeatures(), maxBatch) : 0);
  }

  @Override
  public void close() {
    scope.close();
  }
}
