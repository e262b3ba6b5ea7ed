package org.prunecl.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.nn.Gradients;
import org.prunecl.nn.LayerMasks;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Network;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Family;
import org.prunecl.ops.Samples;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.Draw;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

/** Every criterion, granularity and scope on networks, against sorting in plain Java. */
@OpenClTest
final class MethodsOnNetworksTest {
  private static final double[] SPARSITIES = {0, 0.1, 0.5, 0.77, 0.9, 1};
  private static final int SAMPLES = 12;

  /** Whole numbers: their norms are exact, so that no rounding decides which is smaller. */
  private static List<LayerParameters> layers(Draw draw, int bound) {
    int[] sizes = {13, 17, 9, 6};
    List<LayerParameters> layers = new ArrayList<>();
    for (int l = 1; l < sizes.length; l++) {
      float[] weights = draw.wholes(sizes[l] * sizes[l - 1], bound);
      for (int i = 0; i < weights.length; i++) {
        weights[i] /= 64;
      }
      float[] bias = draw.values(sizes[l]);
      layers.add(new LayerParameters("fc" + l, sizes[l], sizes[l - 1], weights, bias));
    }
    return layers;
  }

  private static Samples samples(Backend backend, Draw draw) {
    byte[] labels = new byte[SAMPLES];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) draw.index(6);
    }
    return new Samples(backend, draw.bytes(SAMPLES * 13), labels, 13, 1 / 255f, 0);
  }

  private static Pruning pruning(String method, Scope scope, double sparsity, Selection selection) {
    return new Pruning(
        Method.parse(method), scope, sparsity, selection, true, Set.of(), Map.of(), 5);
  }

  private static List<byte[]> read(List<LayerMasks> masks) {
    return masks.stream().map(own -> own == null ? null : own.weights().read()).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "magnitude, weight, 1, 1",
    "magnitude, unit, 1, 0",
    "magnitude, block4x4, 4, 4",
    "magnitude, block1x20, 1, 20",
    "magnitude, block20x2, 20, 2",
    "magnitude-l1, weight, 1, 1",
    "magnitude-l1, unit, 1, 0",
    "magnitude-l1, block3x5, 3, 5",
    "largest, weight, 1, 1",
    "largest, unit, 1, 0",
    "largest, block4x4, 4, 4",
    "gradient, weight, 1, 1",
    "gradient, filter, 1, 0",
    "gradient, block4x4, 4, 4",
    "taylor, unit, 1, 0"
  })
  void exactly_the_lowest_scores_are_pruned(
      String criterion, String granularity, int rows, int columns) {
    for (Family family : Family.values()) {
      Backend backend = TestDevice.backend(family);
      for (int bound : new int[] {2, 100}) {
        Draw draw = new Draw(criterion + granularity + bound);
        List<LayerParameters> layers = layers(draw, bound);
        try (Network network = Network.of(backend, layers);
            Samples samples = samples(backend, draw);
            Gradients gradients = new Gradients(network, samples, SAMPLES)) {
          Calibration calibration = new Calibration(samples, SAMPLES);
          ExpectedMasks reference =
              new ExpectedMasks(
                  criterion,
                  layers,
                  IntStream.range(0, 3).mapToObj(l -> gradients.weights(l).read()).toList());
          for (Scope scope : List.of(Scope.LAYER, Scope.GLOBAL)) {
            for (double sparsity : SPARSITIES) {
              List<byte[]> expected =
                  reference.of(
                      rows,
                      columns,
                      scope == Scope.GLOBAL
                          ? List.of(List.of(0, 1, 2))
                          : List.of(List.of(0), List.of(1), List.of(2)),
                      n -> (int) (n * sparsity));
              Pruning pruning =
                  pruning(criterion + "-" + granularity, scope, sparsity, Selection.COUNT);
              String what = pruning + ", seed " + Draw.SEED + ", " + family;
              check(network, pruning, calibration, expected, what);
            }
          }
        }
      }
    }
  }

  private static void check(
      Network network,
      Pruning pruning,
      Calibration calibration,
      List<byte[]> expected,
      String what) {
    List<LayerMasks> masks = pruning.masks(network, calibration, null);
    try (Network pruned = pruning.prune(network, calibration)) {
      List<LayerParameters> before = network.read();
      List<LayerParameters> after = pruned.read();
      long zeros = 0;
      long all = 0;
      for (int l = 0; l < masks.size(); l++) {
        byte[] keep = expected.get(l);
        assertThat(masks.get(l).weights().read()).as("layer %d of %s", l, what).isEqualTo(keep);
        int inputs = before.get(l).inputs();
        for (int i = 0; i < keep.length; i++) {
          float w = keep[i] == 0 ? 0 : before.get(l).weights()[i];
          assertThat(after.get(l).weights()[i]).as(what).isEqualTo(w);
          zeros += w == 0 ? 1 : 0;
          all++;
        }
        boolean units = pruning.method().granularity().wholeUnits();
        for (int o = 0; o < before.get(l).outputs(); o++) {
          boolean gone = units && keep[o * inputs] == 0;
          assertThat(after.get(l).bias()[o])
              .as("bias of %s", what)
              .isEqualTo(gone ? 0 : before.get(l).bias()[o]);
        }
      }
      assertThat(pruning.achievedSparsity(after))
          .as(what)
          .isCloseTo((double) zeros / all, within(1e-15));
    } finally {
      LayerMasks.close(masks);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "magnitude, 2, 4",
    "magnitude, 1, 2",
    "largest, 2, 4",
    "largest, 3, 5",
    "gradient, 2, 4",
    "magnitude-l1, 1, 30"
  })
  void n_of_every_m_consecutive_inputs_stay(String criterion, int n, int m) {
    for (Family family : Family.values()) {
      Backend backend = TestDevice.backend(family);
      for (int bound : new int[] {2, 100}) {
        Draw draw = new Draw(criterion + n + m + bound);
        List<LayerParameters> layers = layers(draw, bound);
        try (Network network = Network.of(backend, layers);
            Samples samples = samples(backend, draw);
            Gradients gradients = new Gradients(network, samples, SAMPLES)) {
          ExpectedMasks reference =
              new ExpectedMasks(
                  criterion,
                  layers,
                  IntStream.range(0, 3).mapToObj(l -> gradients.weights(l).read()).toList());
          Pruning pruning =
              pruning(
                  criterion + "-" + n + ":" + m, Scope.LAYER, 1 - (double) n / m, Selection.COUNT);
          check(
              network,
              pruning,
              new Calibration(samples, SAMPLES),
              IntStream.range(0, 3).mapToObj(l -> reference.nOfM(l, n, m)).toList(),
              pruning + ", seed " + Draw.SEED + ", " + family);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"weight", "unit", "block3x4", "2:4"})
  void what_is_random_repeats_with_its_seed_differs_with_another_and_grows(String granularity) {
    List<List<byte[]>> families = new ArrayList<>();
    for (Family family : Family.values()) {
      Backend backend = TestDevice.backend(family);
      // All weights alike: nothing but the draw can decide.
      List<LayerParameters> layers =
          IntStream.range(1, 4)
              .mapToObj(l -> new LayerParameters("fc" + l, 16, 16, filled(256), null))
              .toList();
      Method method = Method.parse("random-" + granularity);
      boolean grows = method.granularity().fixedShare().isEmpty();
      try (Network network = Network.of(backend, layers)) {
        List<byte[]> half = random(network, method, 0.5, 1);
        families.add(half);
        assertThat(random(network, method, 0.5, 1)).usingRecursiveComparison().isEqualTo(half);
        List<byte[]> other = random(network, method, 0.5, 2);
        for (int l = 0; l < 3; l++) {
          assertThat(half.get(l)).isNotEqualTo(other.get(l));
          assertThat(half.get(l)).isNotEqualTo(half.get((l + 1) % 3));
          // Of 6 × 4 blocks those of the last row have one unit only.
          assertThat(kept(half.get(l))).isBetween(90, 166);
        }
        if (grows) {
          List<byte[]> more = random(network, method, 0.8, 1);
          for (int l = 0; l < 3; l++) {
            for (int i = 0; i < 256; i++) {
              assertThat(more.get(l)[i]).isLessThanOrEqualTo(half.get(l)[i]);
            }
          }
        }
      }
    }
    assertThat(families.get(1)).usingRecursiveComparison().isEqualTo(families.get(0));
  }

  private static List<byte[]> random(Network network, Method method, double sparsity, long seed) {
    Pruning pruning =
        new Pruning(method, Scope.LAYER, sparsity, Selection.COUNT, true, Set.of(), Map.of(), seed);
    List<LayerMasks> masks = pruning.masks(network);
    try {
      return read(masks);
    } finally {
      LayerMasks.close(masks);
    }
  }

  private static float[] filled(int count) {
    float[] values = new float[count];
    Arrays.fill(values, -0.5f);
    return values;
  }

  @Test
  void a_random_choice_takes_every_place_about_as_often() {
    List<LayerParameters> layers = List.of(new LayerParameters("fc1", 4, 8, filled(32), null));
    int[] kept = new int[32];
    try (Network network = Network.of(TestDevice.backend(Family.CPU), layers)) {
      for (int seed = 0; seed < 200; seed++) {
        byte[] keep = random(network, Method.parse("random-weight"), 0.5, seed).get(0);
        for (int i = 0; i < 32; i++) {
          kept[i] += keep[i];
        }
      }
    }
    // 100 expected with a standard deviation of 7.
    assertThat(Arrays.stream(kept).min().orElseThrow()).isGreaterThan(60);
    assertThat(Arrays.stream(kept).max().orElseThrow()).isLessThan(140);
  }

  @BothFamilies
  void shares_of_layers_win_over_the_sparsity_and_excluded_layers_stay(Family family) {
    Draw draw = new Draw("fractions");
    List<LayerParameters> layers = layers(draw, 100);
    Pruning pruning =
        new Pruning(
            Method.WEIGHT,
            Scope.FRACTIONS,
            0.5,
            Selection.ROUND,
            true,
            Set.of("fc2"),
            Map.of("fc3", 0.9),
            1);
    try (Network network = Network.of(TestDevice.backend(family), layers)) {
      List<LayerMasks> masks = pruning.masks(network);
      try {
        List<byte[]> keep = read(masks);
        // 17 · 13 = 221 weights, of which round(110.5) stay: half to even; of 54, round(5.4).
        assertThat(kept(keep.get(0))).isEqualTo(110);
        assertThat(keep.get(1)).isNull();
        assertThat(kept(keep.get(2))).isEqualTo(5);
        try (Network pruned = pruning.prune(network)) {
          assertThat(pruned.read().get(1).weights()).isEqualTo(layers.get(1).weights());
        }
      } finally {
        LayerMasks.close(masks);
      }
    }
  }

  private static int kept(byte[] keep) {
    int sum = 0;
    for (byte flag : keep) {
      sum += flag;
    }
    return sum;
  }

  @BothFamilies
  void one_ranking_over_the_network_empties_the_layer_with_the_smallest_weights(Family family) {
    List<LayerParameters> layers =
        List.of(
            new LayerParameters("fc1", 2, 2, new float[] {5, 6, 7, 8}, null),
            new LayerParameters("fc2", 2, 2, new float[] {1, 2, 3, 4}, null),
            new LayerParameters("fc3", 2, 2, new float[] {9, 1, 9, 9}, null));
    Pruning pruning =
        new Pruning(
            Method.WEIGHT, Scope.GLOBAL, 0.625, Selection.COUNT, false, Set.of(), Map.of(), 1);
    try (Network network = Network.of(TestDevice.backend(family), layers);
        Network pruned = pruning.prune(network)) {
      List<LayerParameters> after = pruned.read();
      assertThat(after.get(0).weights()).containsExactly(0, 6, 7, 8);
      assertThat(after.get(1).weights()).containsExactly(0, 0, 0, 0);
      assertThat(after.get(2).weights()).containsExactly(9, 1, 9, 9);
      assertThat(pruning.achievedSparsity(after)).isEqualTo(0.625);
      assertThat(Compaction.compact(after))
          .extracting(LayerParameters::outputs)
          .containsExactly(1, 1, 2);
    }
  }

  @BothFamilies
  void a_percentile_is_one_of_all_layers_that_compete(Family family) {
    List<LayerParameters> layers =
        List.of(
            new LayerParameters("fc1", 2, 2, new float[] {5, -6, 7, 8}, null),
            new LayerParameters("fc2", 1, 2, new float[] {1, 6}, null));
    Pruning pruning = pruning("weight", Scope.GLOBAL, 0.5, Selection.PERCENTILE);
    try (Network network = Network.of(TestDevice.backend(family), layers);
        Network pruned = pruning.prune(network)) {
      // The median of 1, 5, 6, 6, 7, 8 is 6: two lie strictly below.
      assertThat(pruned.read().get(0).weights()).containsExactly(0, -6, 7, 8);
      assertThat(pruned.read().get(1).weights()).containsExactly(0, 6);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "weight",
        "largest-weight",
        "random-weight",
        "gradient-weight",
        "unit",
        "largest-unit",
        "random-block2x2",
        "largest-block2x2",
        "taylor-unit",
        "magnitude-l1-unit"
      })
  void what_was_pruned_before_stays_pruned_and_counts(String method) {
    for (Family family : Family.values()) {
      Backend backend = TestDevice.backend(family);
      Draw draw = new Draw("previous " + method);
      for (Scope scope : List.of(Scope.LAYER, Scope.GLOBAL)) {
        Pruning first = pruning(method, scope, 0.4, Selection.COUNT);
        Pruning second = pruning(method, scope, 0.7, Selection.COUNT);
        try (Network network = Network.of(backend, layers(draw, 100));
            Samples samples = samples(backend, draw)) {
          Calibration calibration = new Calibration(samples, SAMPLES);
          List<LayerMasks> before = first.masks(network, calibration, null);
          List<LayerMasks> after = List.of();
          try {
            LayerMasks.apply(before, network);
            after = second.masks(network, calibration, before);
            List<byte[]> old = read(before);
            List<byte[]> now = read(after);
            for (int l = 0; l < 3; l++) {
              for (int i = 0; i < old.get(l).length; i++) {
                assertThat(now.get(l)[i])
                    .as("%s, %s, %s, seed %d", method, scope, family, Draw.SEED)
                    .isLessThanOrEqualTo(old.get(l)[i]);
              }
            }
            if (method.endsWith("weight")) {
              int pruned = 0;
              for (byte[] own : now) {
                pruned += own.length - kept(own);
              }
              // 221, 153 and 54 weights.
              assertThat(pruned)
                  .isEqualTo(scope == Scope.GLOBAL ? (int) (428 * 0.7) : 154 + 107 + 37);
            }
          } finally {
            LayerMasks.close(before);
            LayerMasks.close(after);
          }
        }
      }
    }
  }

  @Test
  void layers_that_are_not_there_or_not_pruned_are_named() {
    List<String> names = List.of("fc1", "fc2", "fc3");
    assertThat(refused(Set.of("conv1"), Map.of(), names))
        .hasMessageContaining("'conv1'")
        .extracting(PruneException::remedy)
        .asString()
        .contains("fc1, fc2, fc3");
    assertThat(refused(Set.of(), Map.of("fc9", 0.5), names)).hasMessageContaining("'fc9'");
    assertThat(refused(Set.of(), Map.of("fc3", 0.5), names)).hasMessageContaining("fc3");
    assertThat(refused(Set.of("fc1"), Map.of("fc1", 0.5), names)).hasMessageContaining("fc1");
  }

  @Test
  void excluding_all_that_would_be_pruned_is_refused() {
    List<String> names = List.of("fc1", "fc2", "fc3");
    assertThat(refused(Set.of("fc1", "fc2"), Map.of(), names)).hasMessageContaining("excluded");
    assertThat(refused(Set.of("fc1", "fc3"), Map.of(), names)).isNull();
    assertThat(refused(Set.of(), Map.of(), List.of("fc1"))).isNull();
  }

  private static PruneException refused(
      Set<String> exclude, Map<String, Double> fractions, List<String> names) {
    Pruning pruning =
        new Pruning(
            Method.WEIGHT,
            fractions.isEmpty() ? Scope.LAYER : Scope.FRACTIONS,
            0.5,
            Selection.COUNT,
            false,
            exclude,
            fractions,
            1);
    return catchThrowableOfType(PruneException.class, () -> pruning.check(names));
  }

  @Test
  void a_schedule_moves_the_sparsity_and_every_share() {
    Pruning target =
        new Pruning(
            Method.WEIGHT,
            Scope.FRACTIONS,
            0.8,
            Selection.ROUND,
            true,
            Set.of("fc2"),
            Map.of("fc1", 0.9),
            7);
    Schedule polynomial =
        new Schedule(Schedule.Kind.POLYNOMIAL, 0.5, 3, 0, 100L, 10, 1, Schedule.Rewind.NONE, 1);
    Pruning half = target.at(polynomial, 50);
    assertThat(half.sparsity()).isCloseTo(0.8 - 0.3 / 8, within(1e-15));
    assertThat(half.fractions().get("fc1")).isCloseTo(0.9 - 0.4 / 8, within(1e-15));
    assertThat(half.exclude()).containsExactly("fc2");
    assertThat(target.at(polynomial, 100)).isEqualTo(target);
    Schedule rounds =
        new Schedule(Schedule.Kind.ITERATIVE, 0, 3, 0, null, 1, 2, Schedule.Rewind.NONE, 1);
    assertThat(target.after(rounds, 1).sparsity()).isCloseTo(1 - Math.sqrt(0.2), within(1e-15));
    assertThat(target.after(rounds, 2)).isEqualTo(target);
  }
}
