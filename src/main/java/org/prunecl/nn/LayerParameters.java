package org.prunecl.nn;

/**
 * The weights of a dense layer in host memory.
 *
 * @param name the layer's name, as it stands in model files
 * @param outputs number of units
 * @param inputs inputs of each unit
 * @param weights outputs × inputs, row by row
 * @param bias one value per unit, or null
 */
@SuppressWarnings("ArrayRecordComponent") // megabytes that are handed on, never compared
public record LayerParameters(String name, int outputs, int inputs, float[] weights, float[] bias) {

  /** Checks that the arrays have the promised sizes. */
  public LayerParameters {
    if (weights.length != (long) outputs * inputs || (bias != null && bias.length != outputs)) {
      throw new IllegalArgumentException(
          "Layer " + name + ": " + weights.length + " weights for " + outputs + " × " + inputs);
    }
  }

  /** The weight by which a unit takes an input. */
  public float weight(int unit, int input) {
    return weights[unit * inputs + input];
  }

  /** Weights and biases that are not zero. */
  public long nonzeros() {
    return count(weights) + (bias == null ? 0 : count(bias));
  }

  /** Weights that are not zero. */
  public long nonzeroWeights() {
    return count(weights);
  }

  /** Number of weights and biases. */
  public long parameters() {
    return (long) weights.length + (bias == null ? 0 : bias.length);
  }

  private static long count(float[] values) {
    long sum = 0;
    for (float value : values) {
      if (value != 0) {
        sum++;
      }
    }
    return sum;
  }
}
