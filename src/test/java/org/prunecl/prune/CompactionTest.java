package org.prunecl.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.prunecl.nn.Convolution;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.MlpReference;
import org.prunecl.ops.ConvShape;
import org.prunecl.testing.Draw;

/** Networks without their dead units, against the whole ones in float64. */
final class CompactionTest {
  private static LayerParameters layer(Draw draw, String name, int outputs, int inputs, boolean b) {
    float[] bias = b ? draw.values(outputs) : null;
    return new LayerParameters(name, outputs, inputs, draw.values(outputs * inputs), bias);
  }

  /** Zeroes the incoming weights of units; their biases stay. */
  private static void kill(LayerParameters layer, int... units) {
    for (int unit : units) {
      for (int i = unit * layer.inputs(); i < (unit + 1) * layer.inputs(); i++) {
        layer.weights()[i] = 0;
      }
    }
  }

  /** Zeroes the weights by which the next layer takes units. */
  private static void silence(LayerParameters next, int... units) {
    for (int unit : units) {
      for (int o = 0; o < next.outputs(); o++) {
        next.weights()[o * next.inputs() + unit] = 0;
      }
    }
  }

  /** How many neighbouring weights of a layer take the values of one unit of the one before. */
  private static int group(List<LayerParameters> layers, int l) {
    LayerParameters layer = layers.get(l);
    if (layer.convolution() != null) {
      ConvShape shape = layer.convolution().shape();
      return shape.kernelHeight() * shape.kernelWidth();
    }
    LayerParameters before = l == 0 ? null : layers.get(l - 1);
    return before == null || before.convolution() == null
        ? 1
        : before.convolution().height() * before.convolution().width();
  }

  private static boolean takes(List<LayerParameters> layers, int l, int unit, int from) {
    LayerParameters layer = layers.get(l);
    int size = group(layers, l);
    return IntStream.range(from * size, (from + 1) * size)
        .anyMatch(i -> layer.weights()[unit * layer.inputs() + i] != 0);
  }

  /**
   * The widths that are left when units without incoming or without outgoing weights are removed
   * one at a time, in random order, until there are none; hidden layers left empty count 1.
   */
  private static List<Integer> widthsByRemoval(List<LayerParameters> layers, Draw draw) {
    List<Set<Integer>> alive = new ArrayList<>();
    alive.add(range(layers.get(0).inputs() / group(layers, 0)));
    layers.forEach(layer -> alive.add(range(layer.outputs())));
    boolean removed = true;
    while (removed) {
      removed = false;
      for (int l : draw.permutation(layers.size() - 1)) {
        for (int unit : draw.permutation(layers.get(l).outputs())) {
          boolean fed = alive.get(l).stream().anyMatch(i -> takes(layers, l, unit, i));
          boolean heard = alive.get(l + 2).stream().anyMatch(o -> takes(layers, l + 1, o, unit));
          removed |= !(fed && heard) && alive.get(l + 1).remove(unit);
        }
      }
    }
    return alive.stream().skip(1).map(units -> Math.max(1, units.size())).toList();
  }

  private static Set<Integer> range(int count) {
    return IntStream.range(0, count).boxed().collect(Collectors.toCollection(TreeSet::new));
  }

  private static void checkSameOutputs(
      List<LayerParameters> masked, List<LayerParameters> compacted) {
    MlpReference whole = new MlpReference(masked);
    MlpReference small = new MlpReference(compacted);
    Draw draw = new Draw("inputs of compacted networks");
    for (int sample = 0; sample < 20; sample++) {
      float[] values = draw.values(masked.get(0).inputFeatures());
      double[] input = new double[values.length];
      for (int i = 0; i < input.length; i++) {
        input[i] = values[i];
      }
      double[] expected = whole.logits(input);
      double[] actual = small.logits(input);
      assertThat(actual).hasSameSizeAs(expected);
      for (int c = 0; c < expected.length; c++) {
        // Folded biases are rounded to float32.
        assertThat(actual[c]).as("seed %d", Draw.SEED).isCloseTo(expected[c], within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, false", "true, true, true", "true, false, false", "false, true, false",
    "false, false, true", "true, false, true", "true, true, false", "false, true, true"
  })
  void outputs_stay_the_same_whichever_layers_have_biases(boolean b1, boolean b2, boolean b3) {
    Draw draw = new Draw("compaction " + b1 + b2 + b3);
    List<LayerParameters> layers =
        List.of(
            layer(draw, "fc1", 13, 7, b1),
            layer(draw, "fc2", 11, 13, b2),
            layer(draw, "fc3", 5, 11, b3));
    kill(layers.get(0), 0, 3, 4, 12);
    kill(layers.get(1), 1, 2, 10);
    List<LayerParameters> compacted = Compaction.compact(layers);
    assertThat(compacted).extracting(LayerParameters::name).containsExactly("fc1", "fc2", "fc3");
    assertThat(compacted).extracting(LayerParameters::outputs).containsExactly(9, 8, 5);
    assertThat(compacted).extracting(LayerParameters::inputs).containsExactly(7, 9, 8);
    checkSameOutputs(layers, compacted);
  }

  @Test
  void the_constant_of_a_dead_unit_moves_into_the_next_biases() {
    List<LayerParameters> layers =
        List.of(
            new LayerParameters(
                "fc1", 3, 2, new float[] {0, 0, 1, 2, 0, 0}, new float[] {0.5f, 0.25f, -4}),
            new LayerParameters("fc2", 2, 3, new float[] {2, 3, 100, -6, 5, 100}, null));
    List<LayerParameters> compacted = Compaction.compact(layers);
    assertThat(compacted.get(0).weights()).containsExactly(1, 2);
    assertThat(compacted.get(0).bias()).containsExactly(0.25f);
    assertThat(compacted.get(1).weights()).containsExactly(3, 5);
    // 2 · 0.5 and -6 · 0.5; ReLU(-4) gives nothing.
    assertThat(compacted.get(1).bias()).containsExactly(1, -3);
  }

  @Test
  void a_layer_gets_no_biases_when_there_is_nothing_to_fold() {
    List<LayerParameters> layers =
        List.of(
            new LayerParameters("fc1", 2, 1, new float[] {0, 1}, new float[] {-1, 1}),
            new LayerParameters("fc2", 1, 2, new float[] {7, 8}, null));
    assertThat(Compaction.compact(layers).get(1).bias()).isNull();
  }

  @Test
  void a_network_without_dead_units_stays_as_it_is() {
    Draw draw = new Draw("nothing dead");
    List<LayerParameters> layers =
        List.of(layer(draw, "fc1", 4, 3, true), layer(draw, "fc2", 2, 4, true));
    List<LayerParameters> compacted = Compaction.compact(layers);
    for (int l = 0; l < 2; l++) {
      assertThat(compacted.get(l).weights()).containsExactly(layers.get(l).weights());
      assertThat(compacted.get(l).bias()).containsExactly(layers.get(l).bias());
    }
  }

  @ParameterizedTest
  @CsvSource({"true, 0", "true, 1", "false, 0", "false, 1"})
  void a_layer_whose_units_are_all_dead_keeps_one(boolean bias, int dead) {
    Draw draw = new Draw("all dead " + bias + dead);
    List<LayerParameters> layers =
        List.of(
            layer(draw, "fc1", 4, 3, bias),
            layer(draw, "fc2", 5, 4, bias),
            layer(draw, "fc3", 2, 5, bias));
    kill(layers.get(dead), IntStream.range(0, 4 + dead).toArray());
    List<LayerParameters> compacted = Compaction.compact(layers);
    // No feature reaches an output any more.
    assertThat(compacted).extracting(LayerParameters::outputs).containsExactly(1, 1, 2);
    assertThat(compacted).extracting(LayerParameters::nonzeroWeights).containsOnly(0L);
    checkSameOutputs(layers, compacted);
  }

  @Test
  void a_network_pruned_altogether_still_gives_its_constants() {
    Draw draw = new Draw("everything dead");
    List<LayerParameters> layers =
        List.of(
            layer(draw, "fc1", 4, 3, true),
            layer(draw, "fc2", 5, 4, true),
            layer(draw, "fc3", 2, 5, true));
    layers.forEach(layer -> Arrays.fill(layer.weights(), 0));
    List<LayerParameters> compacted = Compaction.compact(layers);
    assertThat(compacted).extracting(LayerParameters::outputs).containsExactly(1, 1, 2);
    checkSameOutputs(layers, compacted);
  }

  @Test
  void a_unit_fed_by_dead_units_alone_goes_with_them() {
    LayerParameters first =
        new LayerParameters("fc1", 2, 1, new float[] {0, 1}, new float[] {2, 0});
    LayerParameters second =
        new LayerParameters("fc2", 2, 2, new float[] {3, 0, 1, 1}, new float[] {0.5f, 0});
    LayerParameters third = new LayerParameters("fc3", 1, 2, new float[] {10, 1}, null);
    List<LayerParameters> layers = List.of(first, second, third);
    List<LayerParameters> compacted = Compaction.compact(layers);
    assertThat(compacted).extracting(LayerParameters::outputs).containsExactly(1, 1, 1);
    // ReLU(3 · 2 + 0.5) times 10.
    assertThat(compacted.get(2).bias()).containsExactly(65);
    checkSameOutputs(layers, compacted);
  }

  @Test
  void units_that_nothing_takes_are_removed_and_so_are_those_that_feed_them_alone() {
    // fc1's unit 0 feeds fc2's unit 1 alone, which no output takes.
    List<LayerParameters> layers =
        List.of(
            new LayerParameters("fc1", 3, 1, new float[] {1, 2, 3}, new float[] {4, 5, 6}),
            new LayerParameters("fc2", 2, 3, new float[] {0, 7, 8, 9, 10, 11}, null),
            new LayerParameters("fc3", 2, 2, new float[] {12, 0, 13, 0}, null));
    List<LayerParameters> compacted = Compaction.compact(layers);
    assertThat(compacted.get(0).weights()).containsExactly(2, 3);
    assertThat(compacted.get(0).bias()).containsExactly(5, 6);
    assertThat(compacted.get(1).weights()).containsExactly(7, 8);
    assertThat(compacted.get(2).weights()).containsExactly(12, 13);
    assertThat(compacted.get(1).bias()).isNull();
    assertThat(compacted.get(2).bias()).isNull();
    checkSameOutputs(layers, compacted);
  }

  @Test
  void a_constant_passes_through_units_that_stay_and_units_that_go() {
    // fc1: unit 0 is the constant 2. fc2: unit 0 takes it beside unit 1; unit 1 takes it alone.
    List<LayerParameters> layers =
        List.of(
            new LayerParameters("fc1", 2, 1, new float[] {0, 1}, new float[] {2, 0}),
            new LayerParameters("fc2", 2, 2, new float[] {5, 1, 3, 0}, null),
            new LayerParameters("fc3", 1, 2, new float[] {1, -1}, new float[] {0.5f}));
    List<LayerParameters> compacted = Compaction.compact(layers);
    assertThat(compacted).extracting(LayerParameters::outputs).containsExactly(1, 1, 1);
    assertThat(compacted.get(1).bias()).containsExactly(5 * 2);
    assertThat(compacted.get(2).bias()).containsExactly(0.5f - 3 * 2);
    checkSameOutputs(layers, compacted);
  }

  @Test
  void a_layer_that_nothing_takes_leaves_one_unit_in_each() {
    Draw draw = new Draw("nothing taken");
    List<LayerParameters> layers =
        List.of(
            layer(draw, "fc1", 4, 3, true),
            layer(draw, "fc2", 5, 4, false),
            layer(draw, "fc3", 2, 5, true));
    silence(layers.get(2), 0, 1, 2, 3, 4);
    List<LayerParameters> compacted = Compaction.compact(layers);
    assertThat(compacted).extracting(LayerParameters::outputs).containsExactly(1, 1, 2);
    assertThat(compacted.get(2).bias()).containsExactly(layers.get(2).bias());
    checkSameOutputs(layers, compacted);
  }

  @Test
  void features_that_nothing_takes_stay() {
    List<LayerParameters> layers =
        List.of(
            new LayerParameters("fc1", 1, 3, new float[] {0, 1, 0}, null),
            new LayerParameters("fc2", 1, 1, new float[] {1}, null));
    List<LayerParameters> compacted = Compaction.compact(layers);
    assertThat(compacted.get(0).weights()).containsExactly(0, 1, 0);
  }

  @Test
  void a_single_layer_has_nothing_to_remove() {
    List<LayerParameters> layers =
        List.of(new LayerParameters("fc1", 2, 2, new float[] {0, 0, 1, 0}, new float[] {1, 2}));
    LayerParameters only = Compaction.compact(layers).get(0);
    assertThat(only.weights()).containsExactly(0, 0, 1, 0);
    assertThat(only.bias()).containsExactly(1, 2);
  }

  @RepeatedTest(200)
  void of_random_networks_what_removal_one_by_one_leaves_is_left_and_no_more(
      RepetitionInfo repetition) {
    Draw draw = new Draw("harvest " + repetition.getCurrentRepetition());
    List<LayerParameters> layers = new ArrayList<>();
    int inputs = 1 + draw.index(9);
    int depth = 1 + draw.index(5);
    for (int l = 1; l <= depth; l++) {
      int outputs = 1 + draw.index(12);
      // Whole numbers up to 2: folded biases stay below 2^24, exact in float32.
      float[] weights = draw.wholes(outputs * inputs, 2);
      draw.sparsen(weights, draw.pick(0f, 0.5f, 0.8f, 0.9f, 0.95f));
      float[] bias = draw.chance() ? draw.wholes(outputs, 2) : null;
      layers.add(new LayerParameters("fc" + l, outputs, inputs, weights, bias));
      inputs = outputs;
    }
    checkHarvest(layers, draw);
  }

  @RepeatedTest(100)
  void of_random_convolutional_networks_too(RepetitionInfo repetition) {
    Draw draw = new Draw("convolutional harvest " + repetition.getCurrentRepetition());
    List<LayerParameters> layers = new ArrayList<>();
    int channels = 1 + draw.index(2);
    int height = 10 + draw.index(3);
    int width = 10 + draw.index(3);
    int convolutions = 1 + draw.index(2);
    float share = draw.pick(0.5f, 0.8f, 0.9f, 0.97f);
    for (int l = 1; l <= convolutions; l++) {
      ConvShape shape =
          new ConvShape(channels, height, width, 1 + draw.index(3), 1 + draw.index(3));
      Convolution convolution = new Convolution(shape, 1 + draw.index(2));
      int filters = 1 + draw.index(6);
      layers.add(random(draw, "conv" + l, filters, shape.weights(), convolution, share));
      channels = filters;
      height = convolution.height();
      width = convolution.width();
    }
    int inputs = channels * height * width;
    for (int l = 1; l <= 1 + draw.index(2); l++) {
      int outputs = 1 + draw.index(4);
      layers.add(random(draw, "fc" + l, outputs, inputs, null, share));
      inputs = outputs;
    }
    checkHarvest(layers, draw);
  }

  private static LayerParameters random(
      Draw draw, String name, int outputs, int inputs, Convolution convolution, float share) {
    // Whole numbers up to 2: folded biases stay below 2^24, exact in float32.
    float[] weights = draw.sparsen(draw.wholes(outputs * inputs, 2), share);
    float[] bias = draw.chance() ? draw.wholes(outputs, 2) : null;
    return new LayerParameters(name, outputs, inputs, weights, bias, convolution);
  }

  private static void checkHarvest(List<LayerParameters> layers, Draw draw) {
    List<LayerParameters> compacted = Compaction.compact(layers);
    assertThat(compacted)
        .as("seed %d", Draw.SEED)
        .extracting(LayerParameters::outputs)
        .containsExactlyElementsOf(widthsByRemoval(layers, draw));
    assertThat(compacted.get(0).inputs()).isEqualTo(layers.get(0).inputs());
    for (int l = 1; l < layers.size(); l++) {
      assertThat(compacted.get(l).inputFeatures()).isEqualTo(compacted.get(l - 1).outputFeatures());
    }
    checkSameOutputs(layers, compacted);

    List<LayerParameters> again = Compaction.compact(compacted);
    for (int l = 0; l < layers.size(); l++) {
      assertThat(again.get(l).weights())
          .as("seed %d", Draw.SEED)
          .containsExactly(compacted.get(l).weights());
      assertThat(again.get(l).bias()).as("seed %d", Draw.SEED).isEqualTo(compacted.get(l).bias());
    }
  }

  @Test
  void a_dead_filter_goes_with_its_channel_and_its_constant_stays() {
    Convolution first = new Convolution(new ConvShape(1, 3, 3, 1, 1), 1);
    Convolution second = new Convolution(new ConvShape(2, 3, 3, 2, 2), 2);
    List<LayerParameters> layers =
        List.of(
            new LayerParameters("conv1", 2, 1, new float[] {0, 1}, new float[] {3, -1}, first),
            new LayerParameters("conv2", 1, 8, new float[] {1, 2, 3, 4, 5, 6, 7, 8}, null, second),
            new LayerParameters("fc1", 2, 1, new float[] {1, -1}, null));
    List<LayerParameters> compacted = Compaction.compact(layers);
    assertThat(compacted.get(0).weights()).containsExactly(1);
    assertThat(compacted.get(0).bias()).containsExactly(-1);
    assertThat(compacted.get(1).weights()).containsExactly(5, 6, 7, 8);
    // A channel of 3 everywhere, times 1 + 2 + 3 + 4.
    assertThat(compacted.get(1).bias()).containsExactly(30);
    assertThat(compacted.get(1).convolution().shape().channels()).isEqualTo(1);
    checkSameOutputs(layers, compacted);
  }

  @Test
  void a_dead_filter_goes_with_its_pooled_values_behind_flatten() {
    // 2 filters, pooled to 1 × 2 values each.
    Convolution convolution = new Convolution(new ConvShape(1, 2, 4, 1, 1), 2);
    List<LayerParameters> layers =
        List.of(
            new LayerParameters("conv1", 2, 1, new float[] {2, 0}, new float[] {1, 5}, convolution),
            new LayerParameters(
                "fc1", 2, 4, new float[] {1, 2, 3, 4, 5, 6, 7, 8}, new float[] {0.5f, 0}));
    List<LayerParameters> compacted = Compaction.compact(layers);
    assertThat(compacted.get(1).weights()).containsExactly(1, 2, 5, 6);
    assertThat(compacted.get(1).bias()).containsExactly(0.5f + 5 * (3 + 4), 5 * (7 + 8));
    checkSameOutputs(layers, compacted);
  }

  @Test
  void dead_units_of_the_output_layer_stay() {
    Draw draw = new Draw("dead output");
    List<LayerParameters> layers =
        new ArrayList<>(List.of(layer(draw, "fc1", 4, 3, true), layer(draw, "fc2", 3, 4, true)));
    kill(layers.get(1), 0, 2);
    List<LayerParameters> compacted = Compaction.compact(layers);
    assertThat(compacted.get(1).outputs()).isEqualTo(3);
    checkSameOutputs(layers, compacted);
  }

  @Test
  void the_network_that_is_compacted_stays_as_it_is() {
    Draw draw = new Draw("source of compaction");
    List<LayerParameters> layers =
        List.of(layer(draw, "fc1", 4, 3, true), layer(draw, "fc2", 2, 4, true));
    kill(layers.get(0), 1);
    float[] weights = layers.get(1).weights().clone();
    float[] bias = layers.get(1).bias().clone();
    Compaction.compact(layers);
    assertThat(layers.get(1).weights()).containsExactly(weights);
    assertThat(layers.get(1).bias()).containsExactly(bias);
  }
}
