package org.prunecl.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.prunecl.ops.ConvShape;
import org.prunecl.ops.PoolShape;

/**
 * The references' gradients against central differences in float64, of a weighted sum of all
 * results. A convolution is linear in its weights, its biases and its input, and max pooling is
 * where no largest value changes: differences of any step are then exact.
 */
final class ConvReferenceTest {
  private static final ConvShape SHAPE = new ConvShape(2, 5, 4, 2, 3);
  private static final int FILTERS = 3;
  private static final int BATCH = 2;
  private static final float STEP = 0.25f;

  private final Draw draw = new Draw("differences of convolutions");
  private final float[] w = draw.wholes(FILTERS * SHAPE.weights(), 9);
  private final float[] x = draw.wholes(SHAPE.features() * BATCH, 9);
  private final float[] bias = draw.wholes(FILTERS, 9);
  private final float[] dy = draw.wholes(FILTERS * SHAPE.positions() * BATCH, 9);

  @Test
  void a_convolution_of_known_numbers_gives_known_numbers() {
    ConvShape shape = new ConvShape(1, 3, 3, 2, 2);
    float[] image = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    float[] kernel = {1, 10, 100, 1000};
    // 1·1 + 2·10 + 4·100 + 5·1000, as torch.nn.functional.conv2d gives it: not flipped.
    assertThat(ConvReference.forward(shape, 1, 1, kernel, image, null, false).values())
        .containsExactly(5421, 6532, 8754, 9865);
  }

  @Test
  void the_gradient_by_the_weights_is_their_difference() {
    assertThat(ConvReference.backwardWeights(SHAPE, FILTERS, BATCH, dy, x).values())
        .containsExactly(differences(w, values -> convolved(values, x, bias)));
  }

  @Test
  void the_gradient_by_the_input_is_its_difference() {
    assertThat(ConvReference.backwardInput(SHAPE, FILTERS, BATCH, w, dy).values())
        .containsExactly(differences(x, values -> convolved(w, values, bias)));
  }

  @Test
  void the_gradient_by_the_biases_is_their_difference() {
    assertThat(ConvReference.biasGradient(SHAPE, FILTERS, BATCH, dy).values())
        .containsExactly(differences(bias, values -> convolved(w, x, values)));
  }

  @Test
  void the_gradient_of_max_pooling_is_its_difference() {
    PoolShape shape = new PoolShape(2, 5, 7, 2);
    int[] order = draw.permutation(shape.features() * BATCH);
    float[] distinct = new float[order.length];
    for (int i = 0; i < order.length; i++) {
      distinct[i] = order[i];
    }
    float[] gradient = draw.wholes(shape.outputFeatures() * BATCH, 9);
    float[] dx = ConvReference.maxPoolBackward(shape, BATCH, distinct, gradient);
    assertThat(Expected.doubles(dx))
        .containsExactly(
            differences(
                distinct,
                values ->
                    weighted(
                        Expected.doubles(ConvReference.maxPool(shape, BATCH, values)), gradient)));
  }

  private double convolved(float[] weights, float[] input, float[] biases) {
    return weighted(
        ConvReference.forward(SHAPE, FILTERS, BATCH, weights, input, biases, false).values(), dy);
  }

  private static double weighted(double[] values, float[] weights) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[i] * weights[i];
    }
    return sum;
  }

  private static double[] differences(float[] at, ToDoubleFunction<float[]> function) {
    double[] differences = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      float[] moved = at.clone();
      moved[i] = at[i] + STEP;
      double above = function.applyAsDouble(moved);
      moved[i] = at[i] - STEP;
      // Adding 0 makes -0 and 0 the same.
      differences[i] = (above - function.applyAsDouble(moved)) / (2 * STEP) + 0.0;
    }
    return differences;
  }
}
