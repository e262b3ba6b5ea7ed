package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.prunecl.Progress;
import org.prunecl.data.Dataset;
import org.prunecl.nn.LayerParameters;
import org.prunecl.opencl.LiveObjects;
import org.prunecl.testing.OpenClTest;

/** Sweeps over small trained networks, their figures worked out by hand. */
@OpenClTest
final class SweepTest {
  private static List<Trial> sweep(Recipe recipe, Dataset dataset) {
    List<LayerParameters> layers = Fixture.initial(recipe, dataset);
    Workload workload =
        Workloads.training(recipe, dataset, layers).and(Workloads.sweep(recipe, dataset, layers));
    try (DeviceSession session = Fixture.session(workload);
        Experiment experiment = new Experiment(recipe, dataset, layers, session)) {
      long programs = LiveObjects.count(LiveObjects.Kind.PROGRAM);
      TrainingRun.Outcome outcome = experiment.train(Progress.NONE, epoch -> {});
      List<LayerParameters> trained = experiment.parameters();
      Baseline baseline =
          experiment.baseline(outcome, Models.model(trained, recipe.normalize(), Map.of()));
      List<Trial> trials =
          experiment.sweep(
              ScheduledPruning.Origin.trained(trained), Map.of(), Progress.NONE, Journal.NONE);
      assertThat(LiveObjects.count(LiveObjects.Kind.PROGRAM))
          .as("programs, all built before the first step")
          .isEqualTo(programs);
      for (int l = 0; l < trained.size(); l++) {
        assertThat(experiment.parameters().get(l).weights())
            .as("trained weights")
            .isEqualTo(trained.get(l).weights());
      }
      trials.forEach(trial -> checkCommon(trial, dataset, baseline));
      return trials;
    }
  }

  private static void checkCommon(Trial trial, Dataset dataset, Baseline baseline) {
    double twoImages = 2.0 / dataset.test().count() + 1e-12;
    Trial.Accuracies accuracies = trial.accuracies();
    assertThat(accuracies.csr()).isCloseTo(accuracies.dense(), within(twoImages));
    assertThat(accuracies.compact()).isCloseTo(accuracies.dense(), within(twoImages));
    assertThat(trial.accuracy())
        .isEqualTo(trial.method().endsWith("unit") ? accuracies.compact() : accuracies.csr());
    assertThat(trial.loss()).isPositive().isFinite();
    if (trial.sparsity() == 0) {
      assertThat(accuracies.dense()).isEqualTo(baseline.accuracy());
      assertThat(trial.nonzero()).isEqualTo(baseline.parameters());
    }
    assertThat(trial.latency())
        .extracting(Latency::batch, Latency::execution)
        .containsExactly(
            tuple(1, "dense"),
            tuple(1, "csr"),
            tuple(1, "compact"),
            tuple(1, "auto"),
            tuple(128, "dense"),
            tuple(128, "csr"),
            tuple(128, "compact"),
            tuple(128, "auto"));
    for (Latency latency : trial.latency()) {
      assertThat(latency.forms()).isNotEmpty();
      assertThat(latency.lowMs()).isPositive().isLessThanOrEqualTo(latency.medianMs());
      assertThat(latency.highMs()).isGreaterThanOrEqualTo(latency.medianMs());
      assertThat(latency.runs()).isBetween(10, 30);
      assertThat(latency.deviceMs())
          .satisfiesAnyOf(ms -> assertThat(ms).isNull(), ms -> assertThat(ms).isPositive());
    }
  }

  @Test
  void a_convolution_of_12_filters() {
    List<Trial> trials =
        sweep(
            Fixture.convolutional(3, List.of(Fixture.conv(12, 3, 2)), 0, 0.25, 0.5),
            Fixture.IMAGES);
    // 12 · 9 weights at 26 × 26 positions, and 12 · 13 × 13 inputs of 10 units.
    long dense = 108 * 676 + 20280;
    // The output layer stays: a quarter of 108 weights go.
    Trial weight = trials.get(1);
    assertThat(weight.nonzero()).isLessThanOrEqualTo(81 + 12 + 20290).isGreaterThan(20280);
    assertThat(weight.achievedSparsity()).isCloseTo(0.25, within(1e-12));
    assertThat(weight.theoreticalSpeedup())
        .isCloseTo((double) dense / (81 * 676 + 20280), within(1e-12));
    Trial unit = trials.get(5);
    assertThat(unit.method()).isEqualTo("unit");
    assertThat(unit.achievedSparsity()).isCloseTo(0.5, within(1e-12));
    assertThat(unit.theoreticalSpeedup()).isCloseTo(2, within(1e-12));
    assertThat(unit.bytes().compact()).isEqualTo(4 * (6 * 9 + 6 + 6 * 169 * 10 + 10));
  }

  @Test
  void a_network_with_one_hidden_layer_of_17_units() {
    Recipe recipe = Fixture.recipe(List.of(17), false, 100, 3, 1, 0, 0.5, 0.9);
    List<Trial> trials = sweep(recipe, Fixture.IMAGES);
    assertThat(trials)
        .extracting(Trial::method, Trial::sparsity)
        .containsExactly(
            tuple("weight", 0.0),
            tuple("weight", 0.5),
            tuple("weight", 0.9),
            tuple("unit", 0.0),
            tuple("unit", 0.5),
            tuple("unit", 0.9));

    // 784 · 17 = 13328 weights, of which int(0.9 · 13328) = 11995 go; 17 · 10 = 170 stay.
    Trial weight = trials.get(2);
    assertThat(weight.nonzero()).isEqualTo(1333 + 170);
    assertThat(weight.achievedSparsity()).isCloseTo(11995 / 13328.0, within(1e-12));
    assertThat(weight.theoreticalSpeedup()).isCloseTo(13498 / 1503.0, within(1e-12));
    // Dense 4 · 13498; sparse a shape, a value for each and 13328 bits; the output layer dense.
    assertThat(weight.bytes()).isEqualTo(new Trial.Bytes(53992, 16 + 4 * 1333 + 1666 + 680, 53992));

    // int(0.5 · 17) = 8 units go, 9 stay: 9 · 784 + 9 · 10 once compacted.
    Trial unit = trials.get(4);
    assertThat(unit.nonzero()).isEqualTo(9 * 784 + 170);
    assertThat(unit.achievedSparsity()).isCloseTo(8 / 17.0, within(1e-12));
    assertThat(unit.theoreticalSpeedup()).isCloseTo(13498 / 7146.0, within(1e-12));
    assertThat(unit.bytes())
        .isEqualTo(new Trial.Bytes(53992, 16 + 4 * 7056 + 1666 + 680, 4 * 7146));

    List<Crossover> crossovers = Sweep.crossovers(recipe.prune().methods(), trials);
    assertThat(crossovers)
        .extracting(Crossover::method, Crossover::execution, Crossover::batch)
        .containsExactly(
            tuple("weight", "csr", 1),
            tuple("weight", "csr", 128),
            tuple("unit", "compact", 1),
            tuple("unit", "compact", 128));
  }

  @Test
  void a_network_with_biases_and_widths_300_and_100() {
    Recipe recipe = Fixture.recipe(List.of(300, 100), true, 128, 2, 1, 0.6, 1);
    List<Trial> trials = sweep(recipe, Fixture.IMAGES);
    assertThat(trials).hasSize(4);
    // 60 % of 300 and of 100 units go: 120 and 40 stay, with the output layer's 10.
    long kept = 784 * 120 + 120 + 120 * 40 + 40 + 40 * 10 + 10;
    assertThat(trials.get(2).bytes().compact()).isEqualTo(4 * kept);
    assertThat(trials.get(2).achievedSparsity()).isCloseTo(0.6, within(1e-12));
    long dense = 784 * 300 + 300 * 100 + 100 * 10;
    assertThat(trials.get(2).theoreticalSpeedup())
        .isCloseTo((double) dense / (784 * 120 + 120 * 40 + 40 * 10), within(1e-12));
    // Without any weights one unit of each layer is kept; in CSR the output layer alone is
    // executed.
    assertThat(trials.get(1).theoreticalSpeedup()).isCloseTo(dense / 10.0, within(1e-12));
    assertThat(trials.get(3).theoreticalSpeedup())
        .isCloseTo((double) dense / (784 + 1 + 10), within(1e-12));
    assertThat(trials.get(3).achievedSparsity()).isEqualTo(1);
  }

  @Test
  void methods_with_gradients_at_random_and_with_one_share_only() {
    ObjectNode options = Recipes.options();
    options.put("epochs", 1).put("batch_size", 100);
    options.putArray("hidden").add(17).add(9);
    ObjectNode prune = options.putObject("prune");
    prune
        .putArray("methods")
        .add("gradient-weight")
        .add("random-unit")
        .add("taylor-unit")
        .add("2:4")
        .add("largest-block4x4");
    prune.putArray("sparsities").add(0.5).add(0.8);
    prune.putArray("exclude").add("fc2");
    List<Trial> trials = sweep(Recipes.resolve(Recipes.DEFAULT, options), Fixture.IMAGES);
    assertThat(trials)
        .extracting(Trial::method, Trial::sparsity)
        .containsExactly(
            tuple("gradient-weight", 0.5),
            tuple("gradient-weight", 0.8),
            tuple("random-unit", 0.5),
            tuple("random-unit", 0.8),
            tuple("taylor-unit", 0.5),
            tuple("taylor-unit", 0.8),
            tuple("2:4", 0.5),
            tuple("largest-block4x4", 0.5),
            tuple("largest-block4x4", 0.8));
    // Of 17 units int(8.5) and int(13.6) go; of 13328 weights int(10662.4) and half.
    assertThat(trials.get(3).achievedSparsity()).isCloseTo(13 / 17.0, within(1e-12));
    assertThat(trials.get(4).achievedSparsity()).isCloseTo(8 / 17.0, within(1e-12));
    assertThat(trials.get(1).achievedSparsity()).isGreaterThanOrEqualTo(10662 / 13328.0 - 1e-12);
    assertThat(trials.get(6).achievedSparsity()).isGreaterThanOrEqualTo(0.5);
    // Pixels that are always black have no gradient: their weights go first, and cost nothing.
    assertThat(trials.get(0).accuracy()).isGreaterThan(trials.get(7).accuracy());
  }

  @Test
  void three_classes_and_the_same_seed_twice_give_the_same_but_for_times() {
    Recipe recipe = Fixture.recipe(List.of(17), true, 7, 1, 3, 0.7);
    List<Trial> first = sweep(recipe, Fixture.classes(3));
    List<Trial> again = sweep(recipe, Fixture.classes(3));
    assertThat(again).usingRecursiveComparison().ignoringFields("latency").isEqualTo(first);
    List<Trial> other = sweep(Fixture.recipe(List.of(17), true, 7, 1, 4, 0.7), Fixture.classes(3));
    assertThat(other.get(0).loss()).isNotEqualTo(first.get(0).loss());
  }

  @Test
  void the_output_layer_is_pruned_too_when_asked() {
    Recipe recipe =
        Recipes.resolve(
            Recipes.DEFAULT,
            Recipes.options()
                .put("epochs", 1)
                .<ObjectNode>set("hidden", Recipes.options().arrayNode().add(17))
                .set(
                    "prune",
                    Recipes.options()
                        .put("include_output", true)
                        .<ObjectNode>set(
                            "sparsities", Recipes.options().arrayNode().add(0.5).add(1))));
    List<Trial> trials = sweep(recipe, Fixture.IMAGES);
    // int(0.5 · 13328) = 6664 and int(0.5 · 170) = 85 weights stay.
    assertThat(trials.get(0).nonzero()).isEqualTo(6664 + 85);
    assertThat(trials.get(0).achievedSparsity()).isEqualTo(0.5);
    // Nothing is left but an output layer with one input.
    assertThat(trials.get(1).nonzero()).isZero();
    assertThat(trials.get(1).theoreticalSpeedup()).isCloseTo(13498 / 10.0, within(1e-12));
  }
}
