package org.prunecl.lab;

import java.util.List;
import org.prunecl.nn.LayerParameters;
import org.prunecl.prune.Pruning;

/**
 * The control of a pruned network: a small dense one of as many parameters, trained from scratch
 * with the same recipe and seed. If it does as well, pruning has found nothing but a size.
 */
public final class SmallDense {
  /** Its name among the methods. */
  public static final String METHOD = "small-dense";

  private SmallDense() {}

  /** The pruning that leaves as many parameters: of single weights, whichever. */
  static Pruning counterpart(Recipe.Prune prune, double sparsity) {
    return prune.pruning("weight", sparsity, 0);
  }

  /**
   * The filters or units of its layers but the output layer: the unpruned network's times a common
   * factor of at most 1, rounded, at least 1 each; of all factors that give the widest layer a
   * whole number, the one whose network comes nearest to as many parameters as pruning leaves; of
   * two equally near, the smaller one.
   *
   * @param layers the unpruned network
   * @param pruning of single weights
   * @throws LabException when there is only the output layer
   */
  static List<Integer> widths(List<LayerParameters> layers, Pruning pruning) {
    List<Integer> whole =
        layers.subList(0, layers.size() - 1).stream().map(LayerParameters::outputs).toList();
    if (whole.isEmpty()) {
      throw LabException.input(
          "A network that has only an output layer can't be made smaller.",
          "Leave " + METHOD + " out of --methods.");
    }
    long target = left(layers, pruning);
    int widest = whole.stream().mapToInt(Integer::intValue).max().orElseThrow();
    List<Integer> nearest = whole;
    long distance = Long.MAX_VALUE;
    for (int width = 1; width <= widest; width++) {
      double factor = (double) width / widest;
      List<Integer> scaled =
          whole.stream().map(units -> Math.max(1, (int) Math.round(factor * units))).toList();
      long off = Math.abs(parameters(layers, scaled) - target);
      if (off < distance) {
        distance = off;
        nearest = scaled;
      }
    }
    return nearest;
  }

  private static long left(List<LayerParameters> layers, Pruning pruning) {
    long left = Experiment.count(layers);
    for (int prunable : pruning.prunable(names(layers))) {
      LayerParameters layer = layers.get(prunable);
      left -= (long) (layer.weights().length * pruning.share(layer.name()));
    }
    return left;
  }

  /** Each unit has as many weights for each one of the layer before as in the whole network. */
  private static long parameters(List<LayerParameters> layers, List<Integer> units) {
    long sum = 0;
    for (int l = 0; l < layers.size(); l++) {
      LayerParameters layer = layers.get(l);
      long outputs = l < units.size() ? units.get(l) : layer.outputs();
      long inputs = layer.inputs();
      if (l > 0) {
        inputs = inputs / layers.get(l - 1).outputs() * units.get(l - 1);
      }
      sum += outputs * inputs + (layer.bias() == null ? 0 : outputs);
    }
    return sum;
  }

  /** The share of the unpruned network's prunable weights that a small one does without. */
  static double achieved(
      List<LayerParameters> unpruned, List<LayerParameters> small, Pruning pruning) {
    List<Integer> prunable = pruning.prunable(names(unpruned));
    return 1 - (double) weights(small, prunable) / weights(unpruned, prunable);
  }

  private static List<String> names(List<LayerParameters> layers) {
    return layers.stream().map(LayerParameters::name).toList();
  }

  private static long weights(List<LayerParameters> layers, List<Integer> which) {
    return which.stream().mapToLong(i -> layers.get(i).weights().length).sum();
  }
}
