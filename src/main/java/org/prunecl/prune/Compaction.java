package org.prunecl.prune;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.prunecl.nn.LayerParameters;

/**
 * Makes a smaller dense network without the dead units of a pruned one. A hidden unit is dead when
 * all its incoming weights are zero: it gives the constant ReLU(b), which is folded into the biases
 * of the next layer. The outputs stay the same, up to the order of additions.
 */
public final class Compaction {
  private Compaction() {}

  /**
   * Removes dead hidden units: their rows, and the matching columns of the next layer. Each hidden
   * layer keeps at least one unit, if all are dead a dead one.
   */
  public static List<LayerParameters> compact(List<LayerParameters> layers) {
    List<LayerParameters> compacted = new ArrayList<>();
    LayerParameters current = layers.get(0);
    for (int i = 0; i < layers.size() - 1; i++) {
      LayerParameters layer = current;
      int[] alive = IntStream.range(0, layer.outputs()).filter(unit -> !layer.dead(unit)).toArray();
      // A dead unit that stays must not count twice: it is not folded.
      int[] kept = alive.length > 0 ? alive : new int[] {0};
      compacted.add(selectUnits(layer, kept));
      current = selectInputs(layers.get(i + 1), kept, constants(layer, kept));
    }
    compacted.add(current);
    return compacted;
  }

  /** ReLU(b) of the units that are removed, 0 for those that are kept. */
  private static float[] constants(LayerParameters layer, int[] kept) {
    float[] constants = new float[layer.outputs()];
    if (layer.bias() != null) {
      for (int unit = 0; unit < constants.length; unit++) {
        constants[unit] = Math.max(0, layer.bias()[unit]);
      }
      for (int unit : kept) {
        constants[unit] = 0;
      }
    }
    return constants;
  }

  private static LayerParameters selectUnits(LayerParameters layer, int[] units) {
    float[] weights = new float[units.length * layer.inputs()];
    for (int i = 0; i < units.length; i++) {
      System.arraycopy(
          layer.weights(), units[i] * layer.inputs(), weights, i * layer.inputs(), layer.inputs());
    }
    float[] bias = null;
    if (layer.bias() != null) {
      bias = new float[units.length];
      for (int i = 0; i < units.length; i++) {
        bias[i] = layer.bias()[units[i]];
      }
    }
    return new LayerParameters(layer.name(), units.length, layer.inputs(), weights, bias);
  }

  private static LayerParameters selectInputs(
      LayerParameters layer, int[] inputs, float[] constants) {
    float[] weights = new float[layer.outputs() * inputs.length];
    float[] bias = layer.bias() == null ? null : layer.bias().clone();
    for (int o = 0; o < layer.outputs(); o++) {
      int row = o * layer.inputs();
      for (int i = 0; i < inputs.length; i++) {
        weights[o * inputs.length + i] = layer.weights()[row + inputs[i]];
      }
      double folded = 0;
      for (int i = 0; i < constants.length; i++) {
        folded += (double) layer.weights()[row + i] * constants[i];
      }
      if (folded != 0) {
        if (bias == null) {
          bias = new float[layer.outputs()];
        }
        bias[o] += (float) folded;
      }
    }
    return new LayerParameters(layer.name(), layer.outputs(), inputs.length, weights, bias);
  }
}
