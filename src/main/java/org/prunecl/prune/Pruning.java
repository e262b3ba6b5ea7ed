package org.prunecl.prune;

import java.util.List;
import org.prunecl.nn.Layer;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Network;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Magnitude;
import org.prunecl.ops.Reduce;

/**
 * How a network is pruned after training: in each layer alone, the same share of every prunable
 * one.
 *
 * @param method what is scored and pruned together
 * @param sparsity the share to prune, 0 to 1
 * @param selection exact count or percentile
 * @param includeOutput whether the output layer is pruned too
 */
public record Pruning(Method method, double sparsity, Selection selection, boolean includeOutput) {

  /** Checks the range of the sparsity. */
  public Pruning {
    if (!(sparsity >= 0 && sparsity <= 1)) {
      throw new IllegalArgumentException("A sparsity of " + sparsity);
    }
  }

  /** Builds the kernels that pruning needs, so that no later call has to. */
  public static void prepare(Backend backend) {
    new Magnitude(backend).prepare();
    new Reduce(backend).prepare();
  }

  /**
   * A pruned copy of the network on the same device, zeros in place of what was pruned. The network
   * itself stays as it is. The caller closes the copy.
   */
  public Network prune(Network network) {
    Backend backend = network.backend();
    Network copy = Network.of(backend, network.read());
    try {
      Magnitude magnitude = new Magnitude(backend);
      for (Layer layer : copy.layers().subList(0, prunable(copy.layers().size()))) {
        try (Method.Masks masks = method.masks(backend, layer, sparsity, selection)) {
          magnitude.apply(masks.weights(), layer.weights());
          if (masks.bias() != null) {
            magnitude.apply(masks.bias(), layer.bias());
          }
          backend.finish();
        }
      }
      return copy;
    } catch (RuntimeException e) {
      copy.close();
      throw e;
    }
  }

  /** The share of zeros among the weights of the prunable layers, 0 to 1. */
  public double achievedSparsity(List<LayerParameters> layers) {
    long weights = 0;
    long nonzeros = 0;
    for (LayerParameters layer : layers.subList(0, prunable(layers.size()))) {
      weights += layer.weights().length;
      nonzeros += layer.nonzeroWeights();
    }
    return weights == 0 ? 0 : 1 - (double) nonzeros / weights;
  }

  private int prunable(int layers) {
    return includeOutput ? layers : layers - 1;
  }
}
