package org.prunecl.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.nn.Initializer;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Network;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Family;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.Draw;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

/** Whole networks pruned on the device, against sorting in plain Java. */
@OpenClTest
final class PruningTest {
  private static final double[] SPARSITIES = {
    0, 0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.99, 1
  };

  static final List<Method> METHODS = List.of(Method.WEIGHT, Method.UNIT);

  private static List<LayerParameters> prune(
      Family family, List<LayerParameters> layers, Pruning pruning) {
    Backend backend = TestDevice.backend(family);
    try (Network network = Network.of(backend, layers);
        Network masked = pruning.prune(network)) {
      List<LayerParameters> source = network.read();
      for (int l = 0; l < layers.size(); l++) {
        assertThat(source.get(l).weights()).as("source").isEqualTo(layers.get(l).weights());
        if (layers.get(l).bias() != null) {
          assertThat(source.get(l).bias()).as("source").isEqualTo(layers.get(l).bias());
        }
      }
      return masked.read();
    }
  }

  /** Random layers; those with ties have few distinct magnitudes and zeros of their own. */
  private static List<LayerParameters> layers(Draw draw, boolean ties, boolean bias, int... sizes) {
    List<LayerParameters> layers = new ArrayList<>();
    for (int l = 1; l < sizes.length; l++) {
      int count = sizes[l] * sizes[l - 1];
      layers.add(
          new LayerParameters(
              "fc" + l,
              sizes[l],
              sizes[l - 1],
              ties ? draw.wholes(count, 3) : draw.values(count),
              bias ? draw.values(sizes[l]) : null));
    }
    return layers;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void exactly_the_smallest_weights_of_each_layer_are_pruned(boolean ties) {
    for (Family family : Family.values()) {
      Draw draw = new Draw("weights " + ties);
      List<LayerParameters> layers = layers(draw, ties, true, 49, 40, 17, 1, 13, 10);
      for (double sparsity : SPARSITIES) {
        List<LayerParameters> pruned =
            prune(family, layers, new Pruning(Method.WEIGHT, sparsity, Selection.COUNT, false));
        for (int l = 0; l < layers.size(); l++) {
          float[] weights = layers.get(l).weights();
          int count = l < layers.size() - 1 ? (int) (weights.length * sparsity) : 0;
          Set<Integer> smallest = smallest(weights.length, count, i -> Math.abs(weights[i]));
          for (int i = 0; i < weights.length; i++) {
            assertThat(pruned.get(l).weights()[i])
                .as("%s, sparsity %s, layer %d, weight %d", family, sparsity, l, i)
                .isEqualTo(smallest.contains(i) ? 0 : weights[i]);
          }
          assertThat(pruned.get(l).bias()).isEqualTo(layers.get(l).bias());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void exactly_the_units_with_the_smallest_norms_are_pruned_with_their_biases(boolean ties) {
    for (Family family : Family.values()) {
      Draw draw = new Draw("units " + ties);
      // With two inputs of -3 to 3, many units have the same norm, and float32 computes it exactly
      // alike.
      List<LayerParameters> layers = layers(draw, ties, true, 2, 40, 17, 10);
      for (double sparsity : SPARSITIES) {
        List<LayerParameters> pruned =
            prune(family, layers, new Pruning(Method.UNIT, sparsity, Selection.COUNT, false));
        for (int l = 0; l < layers.size(); l++) {
          LayerParameters layer = layers.get(l);
          int count = l < layers.size() - 1 ? (int) (layer.outputs() * sparsity) : 0;
          Set<Integer> smallest = smallest(layer.outputs(), count, unit -> squares(layer, unit));
          checkUnits(layer, pruned.get(l), smallest);
        }
      }
    }
  }

  private static void checkUnits(LayerParameters layer, LayerParameters pruned, Set<Integer> dead) {
    for (int unit = 0; unit < layer.outputs(); unit++) {
      boolean gone = dead.contains(unit);
      assertThat(pruned.bias()[unit]).isEqualTo(gone ? 0 : layer.bias()[unit]);
      for (int i = unit * layer.inputs(); i < (unit + 1) * layer.inputs(); i++) {
        assertThat(pruned.weights()[i])
            .as("%s, unit %d of %d", layer.name(), unit, layer.outputs())
            .isEqualTo(gone ? 0 : layer.weights()[i]);
      }
    }
  }

  /** Sum of squares in float64, which orders norms as they are unless they almost coincide. */
  private static double squares(LayerParameters layer, int unit) {
    double sum = 0;
    for (int i = unit * layer.inputs(); i < (unit + 1) * layer.inputs(); i++) {
      sum += (double) layer.weights()[i] * layer.weights()[i];
    }
    return sum;
  }

  private static Set<Integer> smallest(int n, int count, IntFunction<? extends Number> score) {
    return new HashSet<>(
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> score.apply(i).doubleValue()))
            .limit(count)
            .toList());
  }

  @BothFamilies
  void the_layers_of_the_published_networks_lose_exactly_as_many_weights(Family family) {
    List<LayerParameters> layers =
        Network.initialize(
            784, List.of(1000, 1000, 500, 200), 10, false, Initializer.KERAS, Draw.SEED);
    double[] sparsities = {0.57, 0.7, 0.97};
    long[][] expected = {
      {446879, 570000, 285000, 56999},
      {548800, 700000, 350000, 70000},
      {760480, 970000, 485000, 97000}
    };
    for (int s = 0; s < sparsities.length; s++) {
      Pruning pruning = new Pruning(Method.WEIGHT, sparsities[s], Selection.COUNT, false);
      List<LayerParameters> pruned = prune(family, layers, pruning);
      long zeros = 0;
      for (int l = 0; l < 4; l++) {
        LayerParameters layer = pruned.get(l);
        long own = layer.weights().length - layer.nonzeroWeights();
        assertThat(own).as("layer %d at %s", l, sparsities[s]).isEqualTo(expected[s][l]);
        zeros += own;
      }
      assertThat(pruning.achievedSparsity(pruned)).isCloseTo(zeros / 2_384_000.0, within(1e-12));
      assertThat(pruned.get(4).nonzeroWeights()).isEqualTo(2000);
    }
  }

  @BothFamilies
  void the_output_layer_is_pruned_only_when_asked(Family family) {
    List<LayerParameters> layers = layers(new Draw("output"), false, true, 20, 10, 10);
    for (Method method : METHODS) {
      Pruning without = new Pruning(method, 0.5, Selection.COUNT, false);
      List<LayerParameters> hiddenOnly = prune(family, layers, without);
      assertThat(hiddenOnly.get(0).nonzeroWeights()).isEqualTo(100);
      assertThat(hiddenOnly.get(1).nonzeroWeights()).isEqualTo(100);
      assertThat(without.achievedSparsity(hiddenOnly)).isEqualTo(0.5);
      Pruning with = new Pruning(method, 0.9, Selection.COUNT, true);
      List<LayerParameters> all = prune(family, layers, with);
      assertThat(all.get(0).nonzeroWeights()).isEqualTo(20);
      assertThat(all.get(1).nonzeroWeights()).isEqualTo(10);
      assertThat(with.achievedSparsity(all)).isCloseTo(0.9, within(1e-15));
    }
  }

  @ParameterizedTest
  @FieldSource("METHODS")
  void a_percentile_never_prunes_the_largest_and_never_splits_equals(Method method) {
    List<LayerParameters> equal =
        List.of(
            new LayerParameters("fc1", 4, 3, filled(12), null),
            new LayerParameters("fc2", 2, 4, filled(8), null));
    for (double sparsity : SPARSITIES) {
      Pruning pruning = new Pruning(method, sparsity, Selection.PERCENTILE, false);
      assertThat(prune(Family.CPU, equal, pruning).get(0).nonzeroWeights()).isEqualTo(12);
      List<LayerParameters> ascending =
          List.of(
              new LayerParameters("fc1", 5, 1, new float[] {1, -2, 3, -4, 5}, null), equal.get(1));
      ascending = List.of(ascending.get(0), new LayerParameters("fc2", 2, 5, filled(10), null));
      // Of five, the percentile lies at place 4 s: those before it, ⌈4 s⌉, are pruned.
      assertThat(prune(Family.CPU, ascending, pruning).get(0).nonzeroWeights())
          .as("sparsity %s", sparsity)
          .isEqualTo(5 - (long) Math.ceil(4 * sparsity));
    }
  }

  private static float[] filled(int count) {
    float[] values = new float[count];
    Arrays.fill(values, -0.5f);
    return values;
  }

  @Test
  void a_network_of_one_layer_has_nothing_to_prune_unless_asked() {
    List<LayerParameters> layers = layers(new Draw("single"), false, false, 6, 5);
    Pruning without = new Pruning(Method.WEIGHT, 0.5, Selection.COUNT, false);
    assertThat(prune(Family.CPU, layers, without).get(0).nonzeroWeights()).isEqualTo(30);
    assertThat(without.achievedSparsity(layers)).isZero();
    Pruning with = new Pruning(Method.WEIGHT, 0.5, Selection.COUNT, true);
    assertThat(prune(Family.CPU, layers, with).get(0).nonzeroWeights()).isEqualTo(15);
  }

  @Test
  void zeros_of_the_trained_network_count_as_pruned() {
    LayerParameters hidden = new LayerParameters("fc1", 2, 2, new float[] {0, 3, 0, 4}, null);
    LayerParameters output = new LayerParameters("fc2", 1, 2, new float[] {1, 1}, null);
    Pruning pruning = new Pruning(Method.WEIGHT, 0.25, Selection.COUNT, false);
    List<LayerParameters> pruned = prune(Family.CPU, List.of(hidden, output), pruning);
    assertThat(pruned.get(0).weights()).containsExactly(0, 3, 0, 4);
    assertThat(pruning.achievedSparsity(pruned)).isEqualTo(0.5);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.01, 1.01, Double.NaN})
  void a_sparsity_that_is_no_fraction_is_refused(double sparsity) {
    assertThatThrownBy(() -> new Pruning(Method.WEIGHT, sparsity, Selection.COUNT, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("" + sparsity);
  }
}
