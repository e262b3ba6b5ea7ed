package org.prunecl.prune;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.prunecl.nn.Convolution;
import org.prunecl.nn.LayerParameters;

/**
 * Makes a smaller network without the dead units of a pruned one; of a convolutional layer a unit
 * is a filter. A hidden unit is dead when no chain of weights that are not zero leads to it from a
 * feature: it gives a constant, which is folded into the biases of the next layer; or when none
 * leads from it to an output: its value is used by nothing. As long as no activation overflows, the
 * outputs stay the same, up to the order of additions.
 *
 * <p>That is what remains when units whose incoming or outgoing weights are all zero are removed
 * until there are none. One walk each way finds it: a unit without outgoing weights gives nothing
 * to the units that stay, so its removal takes no unit's last incoming weight, nor the reverse.
 *
 * <p>A filter's values are a channel of the next convolution, or so many neighbouring inputs of
 * each unit of a fully connected layer: the weights that take them go and stay together. A filter
 * without incoming weights gives the same constant everywhere, which pooling keeps, and which gives
 * a constant again in a convolution without padding.
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
    List<Groups> groups = groups(layers);
    List<boolean[]> reached = reached(groups);
    List<boolean[]> used = used(groups);
    List<LayerParameters> compacted = new ArrayList<>();
    int[] inputs = IntStream.range(0, groups.get(0).count()).toArray();
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
      double[] biases = biases(groups.get(l), constants);
      compacted.add(select(groups.get(l), units, inputs, biases));
      inputs = units;
      constants = constants(biases, varying);
    }
    return compacted;
  }

  /**
   * A layer, and how many neighbouring weights take the values of one unit of the layer before; in
   * the first layer, of one feature or channel.
   */
  private record Groups(LayerParameters layer, int size) {
    int count() {
      return layer.inputs() / size;
    }

    /** Whether a unit takes anything of that input. */
    boolean takes(int unit, int input) {
      for (int i = input * size; i < (input + 1) * size; i++) {
        if (layer.weight(unit, i) != 0) {
          return true;
        }
      }
      return false;
    }

    /** What an input that is 1 everywhere adds to a unit. */
    double sum(int unit, int input) {
      double sum = 0;
      for (int i = input * size; i < (input + 1) * size; i++) {
        sum += layer.weight(unit, i);
      }
      return sum;
    }
  }

  private static List<Groups> groups(List<LayerParameters> layers) {
    List<Groups> groups = new ArrayList<>();
    for (int l = 0; l < layers.size(); l++) {
      LayerParameters layer = layers.get(l);
      Convolution convolution = layer.convolution();
      if (convolution != null) {
        groups.add(new Groups(layer, layer.inputs() / convolution.shape().channels()));
      } else {
        groups.add(new Groups(layer, l == 0 ? 1 : layer.inputs() / layers.get(l - 1).outputs()));
      }
    }
    return groups;
  }

  /** For each layer the units that some feature reaches. */
  private static List<boolean[]> reached(List<Groups> layers) {
    List<boolean[]> reached = new ArrayList<>();
    boolean[] inputs = all(layers.get(0).count());
    for (Groups groups : layers) {
      boolean[] units = new boolean[groups.layer.outputs()];
      for (int o = 0; o < units.length; o++) {
        for (int i = 0; i < groups.count() && !units[o]; i++) {
          units[o] = inputs[i] && groups.takes(o, i);
        }
      }
      reached.add(units);
      inputs = units;
    }
    return reached;
  }

  /** For each layer the units that reach some output. */
  private static List<boolean[]> used(List<Groups> layers) {
    List<boolean[]> used = new ArrayList<>();
    boolean[] units = all(layers.get(layers.size() - 1).layer.outputs());
    for (int l = layers.size() - 1; l >= 0; l--) {
      used.add(0, units);
      Groups groups = layers.get(l);
      boolean[] inputs = new boolean[groups.count()];
      for (int o = 0; o < units.length; o++) {
        for (int i = 0; units[o] && i < inputs.length; i++) {
          inputs[i] |= groups.takes(o, i);
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
  private static double[] biases(Groups groups, double[] constants) {
    LayerParameters layer = groups.layer;
    double[] biases = new double[layer.outputs()];
    for (int o = 0; o < biases.length; o++) {
      biases[o] = layer.bias() == null ? 0 : layer.bias()[o];
      for (int i = 0; i < constants.length; i++) {
        biases[o] += groups.sum(o, i) * constants[i];
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

  private static LayerParameters select(Groups groups, int[] units, int[] inputs, double[] biases) {
    LayerParameters layer = groups.layer;
    int size = groups.size;
    int rows = Math.max(1, units.length);
    int kept = Math.max(1, inputs.length);
    float[] weights = new float[rows * kept * size];
    float[] bias = new float[rows];
    boolean folded = false;
    for (int o = 0; o < units.length; o++) {
      for (int i = 0; i < inputs.length; i++) {
        System.arraycopy(
            layer.weights(),
            units[o] * layer.inputs() + inputs[i] * size,
            weights,
            (o * kept + i) * size,
            size);
      }
      bias[o] = (float) biases[units[o]];
      folded |= bias[o] != 0;
    }
    boolean biased = layer.bias() != null || folded;
    Convolution convolution = layer.convolution();
    return new LayerParameters(
        layer.name(),
        rows,
        kept * size,
        weights,
        biased ? bias : null,
        convolution == null ? null : convolution.channels(kept));
  }
}
