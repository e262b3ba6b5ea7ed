package org.prunecl.nn;

import java.util.ArrayList;
import java.util.List;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Samples;
import org.prunecl.ops.Totals;

/**
 * The gradients of the mean loss of some samples by a network's weights, computed once. Owns them;
 * network and samples stay as they are.
 */
public final class Gradients implements AutoCloseable {
  private final Scope scope = new Scope();
  private final List<Matrix> weights = new ArrayList<>();

  /**
   * Computes the gradients.
   *
   * @param samples of which the first {@code count} in their order on the device are taken, as one
   *     batch
   * @param count from 1 to their number
   */
  public Gradients(Network network, Samples samples, int count) {
    Backend backend = network.backend();
    LayerGradients gradients = new LayerGradients(backend);
    try (Backpropagation backpropagation = new Backpropagation(network, count);
        Totals totals = new Totals(backend, 1)) {
      for (Layer layer : network.layers()) {
        weights.add(scope.own(backend.matrix(layer.outputs(), layer.inputs())));
      }
      backpropagation.run(
          samples,
          0,
          count,
          totals,
          0,
          (i, dy, x) -> gradients.byWeights(network.layers().get(i), dy, x, weights.get(i)));
      backend.finish();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Builds the kernels, so that no later call has to. */
  public static void prepare(Backend backend) {
    Backpropagation.prepare(backend);
  }

  /** Device memory that computing such gradients takes, the network's weights included, bytes. */
  public static long bytes(List<LayerParameters> layers, int count) {
    long sum = Network.bytes(layers) + Backpropagation.bytes(layers, count) + Matrix.bytes(1, 2);
    for (LayerParameters layer : layers) {
      sum += Matrix.bytes(layer.outputs(), layer.inputs());
    }
    return sum;
  }

  /** The gradient by a layer's weights, of their shape. */
  public Matrix weights(int layer) {
    return weights.get(layer);
  }

  @Override
  public void close() {
    scope.close();
  }
}
