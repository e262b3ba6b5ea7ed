package org.prunecl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.prunecl.ops.ConvShape;

/** Initialisers against their published formulas, over fixed seeds. */
final class InitializerTest {
  @ParameterizedTest
  @CsvSource({"1000, 784", "200, 500", "17, 784", "10, 1000"})
  void keras_draws_weights_from_glorots_uniform_distribution_and_zero_biases(
      int outputs, int inputs) {
    LayerParameters layer =
        Initializer.KERAS.layer("fc", outputs, inputs, true, new SplittableRandom(1));
    checkUniform(layer.weights(), Math.sqrt(6.0 / (inputs + outputs)));
    assertThat(layer.bias()).hasSize(outputs).containsOnly(0f);
  }

  @ParameterizedTest
  @CsvSource({"1000, 784", "200, 500", "17, 784", "10, 1000"})
  void pytorch_draws_weights_and_biases_within_the_inverse_root_of_fan_in(int outputs, int inputs) {
    LayerParameters layer =
        Initializer.PYTORCH.layer("fc", outputs, inputs, true, new SplittableRandom(1));
    double limit = 1 / Math.sqrt(inputs);
    checkUniform(layer.weights(), limit);
    assertThat(layer.bias()).hasSize(outputs);
    assertThat(largest(layer.bias())).isBetween(limit / 2, limit);
    assertThat(layer.bias()).doesNotHaveDuplicates();
  }

  /** Mean, variance and extremes of U(−limit, limit), each within five standard errors. */
  private static void checkUniform(float[] values, double limit) {
    int n = values.length;
    double mean = mean(values);
    double variance = 0;
    for (float value : values) {
      variance += (value - mean) * (value - mean) / n;
    }
    double expected = limit * limit / 3;
    assertThat(mean).isCloseTo(0, within(5 * Math.sqrt(expected / n)));
    // The fourth central moment of a uniform distribution is 9/5 of its variance squared.
    assertThat(variance).isCloseTo(expected, within(5 * expected * Math.sqrt(0.8 / n)));
    assertThat(largest(values))
        .isLessThanOrEqualTo((float) limit)
        .isGreaterThan(limit * (1 - 20.0 / n));
    assertThat(IntStream.range(0, n).filter(i -> values[i] < 0).count())
        .isCloseTo(n / 2, within(Math.round(2.5 * Math.sqrt(n))));
  }

  private static double mean(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElseThrow();
  }

  private static double largest(float[] values) {
    return IntStream.range(0, values.length)
        .mapToDouble(i -> Math.abs(values[i]))
        .max()
        .orElseThrow();
  }

  @Test
  void a_layer_without_biases_has_none() {
    for (Initializer initializer : Initializer.values()) {
      assertThat(initializer.layer("fc", 3, 4, false, new SplittableRandom(1)).bias()).isNull();
    }
  }

  @Test
  void a_network_chains_its_widths_and_names_its_layers() {
    List<LayerParameters> layers =
        Network.initialize(784, List.of(300, 100), 10, true, Initializer.KERAS, 1);
    assertThat(layers).extracting(LayerParameters::name).containsExactly("fc1", "fc2", "fc3");
    assertThat(layers).extracting(LayerParameters::outputs).containsExactly(300, 100, 10);
    assertThat(layers).extracting(LayerParameters::inputs).containsExactly(784, 300, 100);
  }

  @Test
  void the_same_seed_gives_the_same_network_and_another_seed_another() {
    for (Initializer initializer : Initializer.values()) {
      List<LayerParameters> first = Network.initialize(9, List.of(5), 3, true, initializer, 7);
      List<LayerParameters> again = Network.initialize(9, List.of(5), 3, true, initializer, 7);
      List<LayerParameters> other = Network.initialize(9, List.of(5), 3, true, initializer, 8);
      for (int l = 0; l < 2; l++) {
        assertThat(again.get(l).weights()).isEqualTo(first.get(l).weights());
        assertThat(again.get(l).bias()).isEqualTo(first.get(l).bias());
        assertThat(other.get(l).weights()).doesNotContain(first.get(l).weights());
      }
    }
  }

  /** Two convolutions and two fully connected layers on one channel of 28 × 28. */
  private static Architecture convolutions() {
    return new Architecture(
        new Architecture.Image(1, 28, 28),
        List.of(new Architecture.Filters(12, 3, 3, 2), new Architecture.Filters(64, 5, 4, 3)),
        List.of(32),
        10,
        true);
  }

  @Test
  void fans_of_a_convolution_are_channels_and_filters_times_the_kernel() {
    LayerParameters keras = Network.initialize(convolutions(), Initializer.KERAS, 1).get(1);
    checkUniform(keras.weights(), Math.sqrt(6.0 / (12 * 20 + 64 * 20)));
    assertThat(keras.bias()).hasSize(64).containsOnly(0f);
    LayerParameters pytorch = Network.initialize(convolutions(), Initializer.PYTORCH, 1).get(1);
    double limit = 1 / Math.sqrt(12 * 20);
    checkUniform(pytorch.weights(), limit);
    assertThat(largest(pytorch.bias())).isBetween(limit / 2, limit);
  }

  @Test
  void a_convolutional_network_chains_its_images() {
    List<LayerParameters> layers = Network.initialize(convolutions(), Initializer.KERAS, 1);
    assertThat(layers)
        .extracting(LayerParameters::name)
        .containsExactly("conv1", "conv2", "fc1", "fc2");
    assertThat(layers).extracting(LayerParameters::outputs).containsExactly(12, 64, 32, 10);
    // 26 × 26 pooled to 13 × 13; 9 × 10 pooled to 3 × 3.
    assertThat(layers).extracting(LayerParameters::inputs).containsExactly(9, 240, 576, 32);
    assertThat(layers)
        .extracting(LayerParameters::outputFeatures)
        .containsExactly(12 * 13 * 13, 576, 32, 10);
    assertThat(layers)
        .extracting(LayerParameters::inputFeatures)
        .containsExactly(784, 12 * 13 * 13, 576, 32);
    assertThat(layers)
        .extracting(layer -> layer.shape().multiplyAdds())
        .containsExactly(108L * 26 * 26, 64L * 240 * 9 * 10, 576L * 32, 320L);
    assertThat(layers.get(1).convolution().label()).isEqualTo("12x13x13 5x4 /3");
  }

  @Test
  void an_image_smaller_than_its_kernel_or_its_pooling_is_refused() {
    for (Architecture.Filters filters :
        List.of(
            new Architecture.Filters(1, 4, 1, 1),
            new Architecture.Filters(1, 1, 6, 1),
            new Architecture.Filters(1, 2, 1, 3))) {
      Architecture small =
          new Architecture(new Architecture.Image(1, 3, 5), List.of(filters), List.of(), 2, false);
      assertThatThrownBy(small::layers)
          .as("%s", filters)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_convolution_takes_images_of_its_size_alone() {
    Convolution first = new Convolution(new ConvShape(1, 4, 6, 1, 1), 1);
    Convolution turned = new Convolution(new ConvShape(2, 6, 4, 1, 1), 1);
    Convolution right = new Convolution(new ConvShape(2, 4, 6, 1, 1), 1);
    LayerShape before = new LayerShape(2, 1, first);
    assertThat(new LayerShape(3, 2, right).follows(before)).isTrue();
    assertThat(new LayerShape(3, 2, turned).follows(before)).isFalse();
    assertThat(new LayerShape(3, 48, null).follows(before)).isTrue();
    assertThat(new LayerShape(3, 2, right).follows(new LayerShape(48, 7, null))).isFalse();
    assertThatThrownBy(() -> new LayerShape(3, 3, right))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
