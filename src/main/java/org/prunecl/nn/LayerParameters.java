package org.prunecl.nn;

/**
 * The weights of a layer in host memory.
 *
 * @param name the layer's name, as it stands in model files
 * @param outputs number of units, or of filters
 * @param inputs inputs of each unit, or channels × kernel rows × kernel columns of each filter
 * @param weights outputs × inputs, row by row
 * @param bias one value per unit or filter, or null
 * @param convolution how the filters are applied, or null where the layer is fully connected
 */
@SuppressWarnings("ArrayRecordComponent") // megabytes that are handed on, never compared
public record LayerParameters(
    String name, int outputs, int inputs, float[] weights, float[] bias, Convolution convolution) {

  /** Checks that the arrays have the promised sizes. */
  public LayerParameters {
    new LayerShape(outputs, inputs, convolution);
    if (weights.length != (long) outputs * inputs || (bias != null && bias.length != outputs)) {
      throw new IllegalArgumentException(
          "Layer " + name + ": " + weights.length + " weights for " + outputs + " × " + inputs);
    }
  }

  /** A fully connected layer. */
  public LayerParameters(String name, int outputs, int inputs, float[] weights, float[] bias) {
    this(name, outputs, inputs, weights, bias, null);
  }

  /** The same layer with other weights. */
  public LayerParameters withWeights(float[] others) {
    return with(others, bias);
  }

  /** The same layer with other weights and biases. */
  public LayerParameters with(float[] otherWeights, float[] otherBias) {
    return new LayerParameters(name, outputs, inputs, otherWeights, otherBias, convolution);
  }

  /** The shape of the weights, and of the values that the layer takes and gives. */
  public LayerShape shape() {
    return new LayerShape(outputs, inputs, convolution);
  }

  /** Values of a sample that it takes. */
  public int inputFeatures() {
    return shape().inputFeatures();
  }

  /** Values of a sample that it gives, after pooling. */
  public int outputFeatures() {
    return shape().outputFeatures();
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
