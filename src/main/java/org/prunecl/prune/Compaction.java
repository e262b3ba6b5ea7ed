package org.prunecl.prune;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.prunecl.nn.LayerParameters;

/**
 * Makes a smaller network without the dead units of a pruned one. A hidden unit is dead when no
 * chain of weights that are not zero leads to it from a feature: it gives a constant, which is
 * folded into the biases of the next layer; or when none leads from it to an output: its value is
 * used by nothing. As long as no activation overflows, the outputs stay the same, up to the order
 * of additions.
 *
 * <p>That is what remains when units whose incoming or outgoing weights are all zero are removed
 * until there are none. One walk each way finds it: a unit without outgoing weights gives nothing
 * to the units that stay, so its removal takes no unit's last incoming weight, nor the reverse.
 */
public final class Compaction {
  private Compaction() {}

  /**
   * Removes dead hidden units: their rows, and the matching columns of the next layer. Features and
   * outputs stay, dead or not.
   *
   * <p>A hidden layer that is dead as a whole cuts the network in two: all hidden units are dead
   * then. Each hidden layer keeps one, without any weights, since no layer can be empty.
   *
   * @param layers each takes what the one before gives; they stay as they are
   * @return the layers under the same names; one gets biases only where constants are folded
   */
  public static List<LayerParameters> compact(List<LayerParameters> layers) {
    List<boolean[]> reached = reached(layers);
    List<boolean[]> used = used(layers);
    List<LayerParameters> compacted = new ArrayList<>();
    int[] inputs = IntStream.range(0, layers.get(0).inputs()).toArray();
    double[] constants = new double[inputs.length];
    for (int l = 0; l < layers.size(); l++) {
      LayerParameters layer = layers.get(l);
      boolean[] varying = reached.get(l);
      boolean[] wanted = used.get(l);
      boolean output = l == layers.size() - 1;
      int[] units =
          IntStream.range(0, layer.outputs())
              .filter(unit -> output || (varying[unit] && wanted[unit]))
              .toArray();
      double[] biases = biases(layer, constants);
      compacted.add(select(layer, units, inputs, biases));
      inputs = units;
      constants = constants(biases, varying);
    }
    return compacted;
  }

  /** For each layer the units that some feature reaches. */
  private static List<boolean[]> reached(List<LayerParameters> layers) {
    List<boolean[]> reached = new ArrayList<>();
    boolean[] inputs = all(layers.get(0).inputs());
    for (LayerParameters layer : layers) {
      boolean[] units = new boolean[layer.outputs()];
      for (int o = 0; o < layer.outputs(); o++) {
        for (int i = 0; i < layer.inputs() && !units[o]; i++) {
          units[o] = inputs[i] && layer.weight(o, i) != 0;
        }
      }
      reached.add(units);
      inputs = units;
    }
    return reached;
  }

  /** For each layer the units that reach some output. */
  private static List<boolean[]> used(List<LayerParameters> layers) {
    List<boolean[]> used = new ArrayList<>();
    boolean[] units = all(layers.get(layers.size() - 1).outputs());
    for (int l = layers.size() - 1; l >= 0; l--) {
      used.add(0, units);
      LayerParameters layer = layers.get(l);
      boolean[] inputs = new boolean[layer.inputs()];
      for (int o = 0; o < layer.outputs(); o++) {
        for (int i = 0; i < layer.inputs(); i++) {
          inputs[i] |= units[o] && layer.weight(o, i) != 0;
        }
      }
      units = inputs;
    }
    return used;
  }

  private static boolean[] all(int count) {
    boolean[] all = new boolean[count];
    Arrays.fill(all, true);
    return all;
  }

  /** The biases of all units, plus what they get from inputs that are constant. */
  private static double[] biases(LayerParameters layer, double[] constants) {
    double[] biases = new double[layer.outputs()];
    for (int o = 0; o < biases.length; o++) {
      biases[o] = layer.bias() == null ? 0 : layer.bias()[o];
      for (int i = 0; i < constants.length; i++) {
        biases[o] += layer.weight(o, i) * constants[i];
      }
    }
    return biases;
  }

  /** ReLU(b) of the units that no feature reaches, 0 for the others. */
  private static double[] constants(double[] biases, boolean[] varying) {
    return IntStream.range(0, biases.length)
        .mapToDouble(unit -> varying[unit] ? 0 : Math.max(0, biases[unit]))
        .toArray();
  }

  private static LayerParameters select(
      LayerParameters layer, int[] units, int[] inputs, double[] biases) {
    int rows = Math.max(1, units.length);
    int columns = Math.max(1, inputs.length);
    float[] weights = new float[rows * columns];
    float[] bias = new float[rows];
    boolean folded = false;
    for (int o = 0; o < units.length; o++) {
      for (int i = 0; i < inputs.length; i++) {
        weights[o * columns + i] = layer.weight(units[o], inputs[i]);
      }
      bias[o] = (float) biases[units[o]];
      folded |= bias[o] != 0;
    }
    boolean biased = layer.bias() != null || folded;
    return new LayerParameters(layer.name(), rows, columns, weights, biased ? bias : null);
  }
}
