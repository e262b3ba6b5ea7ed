package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.Progress;
import org.prunecl.PruneClException.Kind;
import org.prunecl.data.Dataset;
import org.prunecl.nn.LayerParameters;
import org.prunecl.opencl.LiveObjects;
import org.prunecl.testing.OpenClTest;

/** Real training runs on a few hundred real images. */
@OpenClTest
final class TrainingRunTest {
  /** What a run leaves. */
  private record Run(
      TrainingRun.Outcome outcome, Baseline baseline, List<LayerParameters> layers) {}

  private static Run train(Recipe recipe, Dataset dataset) {
    List<LayerParameters> layers = Fixture.initial(recipe, dataset);
    return train(recipe, dataset, layers);
  }

  private static Run train(Recipe recipe, Dataset dataset, List<LayerParameters> layers) {
    Workload workload = Workloads.training(recipe, dataset, layers);
    try (DeviceSession session = Fixture.session(workload);
        Experiment experiment = new Experiment(recipe, dataset, layers, session)) {
      List<EpochRecord> heard = new ArrayList<>();
      TrainingRun.Outcome outcome = experiment.train(Progress.NONE, heard::add);
      assertThat(outcome.history()).isEqualTo(heard);
      List<LayerParameters> trained = experiment.parameters();
      return new Run(
          outcome,
          experiment.baseline(outcome, Models.model(trained, recipe.normalize(), Map.of())),
          trained);
    }
  }

  @Test
  void a_run_on_300_real_images_reaches_60_percent_of_100_others() {
    Run run = train(Fixture.recipe(List.of(100), true, 32, 15, 1), Fixture.IMAGES);
    assertThat(run.baseline.accuracy()).isGreaterThanOrEqualTo(0.6);
    List<EpochRecord> history = run.outcome.history();
    assertThat(history).hasSize(15);
    assertThat(history).extracting(EpochRecord::epoch).startsWith(1, 2, 3).endsWith(15);
    assertThat(history.get(14).trainAccuracy()).isGreaterThan(0.85);
    assertThat(history.get(14).trainLoss()).isLessThan(history.get(0).trainLoss() / 2);
    assertThat(history.get(14).testAccuracy()).isEqualTo(run.baseline.accuracy());
    assertThat(history.get(14).testLoss()).isEqualTo(run.baseline.loss());
    assertThat(run.baseline.parameters()).isEqualTo(784 * 100 + 100 + 100 * 10 + 10);
    // 150 steps in 15 epochs of 10: no block of 50 steps without an end of epoch in it.
    assertThat(run.outcome.secondsPerStep()).isNull();
  }

  @Test
  void a_convolutional_network_reaches_60_percent_of_them_too() {
    Run run = train(Fixture.convolutional(15, List.of(Fixture.conv(12, 3, 2))), Fixture.IMAGES);
    assertThat(run.baseline.accuracy()).isGreaterThanOrEqualTo(0.6);
    assertThat(run.outcome.history().get(14).trainAccuracy()).isGreaterThan(0.8);
    assertThat(run.baseline.parameters()).isEqualTo(12 * 9 + 12 + 12 * 13 * 13 * 10 + 10);
    assertThat(run.layers.get(0).name()).isEqualTo("conv1");
    assertThat(run.layers.get(1).name()).isEqualTo("fc1");
  }

  @Test
  void convolutions_train_to_the_same_bits_again() {
    Run first =
        train(
            Fixture.convolutional(1, List.of(Fixture.conv(6, 5, 2), Fixture.conv(8, 3, 2))),
            Fixture.IMAGES);
    Run again =
        train(
            Fixture.convolutional(1, List.of(Fixture.conv(6, 5, 2), Fixture.conv(8, 3, 2))),
            Fixture.IMAGES);
    for (int l = 0; l < 3; l++) {
      assertThat(again.layers.get(l).weights()).isEqualTo(first.layers.get(l).weights());
      assertThat(again.layers.get(l).bias()).isEqualTo(first.layers.get(l).bias());
    }
  }

  @Test
  void images_too_small_for_the_kernels_are_refused_in_one_line() {
    for (List<Recipe.Conv> layers :
        List.of(
            List.of(Fixture.conv(1, 29, 1)),
            List.of(Fixture.conv(1, 3, 27)),
            List.of(Fixture.conv(4, 3, 2), Fixture.conv(4, 14, 1)),
            List.of(Fixture.conv(4, 3, 13), Fixture.conv(4, 2, 2)))) {
      LabException e =
          catchThrowableOfType(
              LabException.class,
              () -> Fixture.initial(Fixture.convolutional(1, layers), Fixture.IMAGES));
      assertThat(e.kind()).isEqualTo(Kind.INPUT);
      assertThat(e.getMessage()).startsWith("Images of 28×28 pixels are too small").endsWith(".");
      assertThat(e.getMessage() + e.remedy()).doesNotContain("\n");
      assertThat(e.remedy()).contains("recipe");
    }
  }

  @Test
  void steps_are_timed_once_there_are_enough_in_an_epoch() {
    Run run = train(Fixture.recipe(List.of(4), false, 2, 1, 1), Fixture.IMAGES);
    assertThat(run.outcome.secondsPerStep()).isPositive();
    assertThat(run.baseline.secondsPerStep()).isEqualTo(run.outcome.secondsPerStep());
  }

  @Test
  void the_same_seed_gives_the_same_weights_bit_for_bit_and_another_seed_others() {
    Run first = train(Fixture.recipe(List.of(300, 100), true, 128, 2, 7), Fixture.IMAGES);
    Run again = train(Fixture.recipe(List.of(300, 100), true, 128, 2, 7), Fixture.IMAGES);
    Run other = train(Fixture.recipe(List.of(300, 100), true, 128, 2, 8), Fixture.IMAGES);
    for (int l = 0; l < 3; l++) {
      assertThat(again.layers.get(l).weights()).isEqualTo(first.layers.get(l).weights());
      assertThat(again.layers.get(l).bias()).isEqualTo(first.layers.get(l).bias());
      assertThat(other.layers.get(l).weights()).isNotEqualTo(first.layers.get(l).weights());
    }
    assertThat(again.outcome.history())
        .usingRecursiveComparison()
        .ignoringFields("seconds", "ended")
        .isEqualTo(first.outcome.history());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100, 128, 300, 100_000})
  void any_batch_size_trains(int batchSize) {
    Run run = train(Fixture.recipe(List.of(17), true, batchSize, 1, 1), Fixture.IMAGES);
    assertThat(run.outcome.history()).hasSize(1);
    assertThat(run.outcome.history().get(0).trainLoss()).isBetween(0.1, 5.0);
  }

  @Test
  void three_classes_train_to_twice_chance() {
    Dataset dataset = Fixture.classes(3);
    assertThat(dataset.classes()).isEqualTo(3);
    Run run = train(Fixture.recipe(List.of(17), false, 7, 10, 1), dataset);
    assertThat(run.layers.get(1).outputs()).isEqualTo(3);
    assertThat(run.baseline.accuracy()).isGreaterThan(0.67);
  }

  @Test
  void a_run_that_diverges_fails_with_a_remedy_and_keeps_nothing() {
    ObjectNode options = Recipes.options().put("epochs", 3);
    options.putArray("hidden").add(17);
    options.putObject("optimizer").put("learning_rate", 1e30);
    Recipe recipe = Recipes.resolve(Recipes.DEFAULT, options);
    checkDiverges(recipe, Fixture.initial(recipe, Fixture.IMAGES));
  }

  @Test
  void a_run_whose_only_step_diverges_fails_like_any_other() {
    ObjectNode options = Recipes.options().put("epochs", 1).put("batch_size", 1000);
    options.putArray("hidden").add(17);
    options.putObject("optimizer").put("learning_rate", 1e30);
    Recipe recipe = Recipes.resolve(Recipes.DEFAULT, options);
    checkDiverges(recipe, Fixture.initial(recipe, Fixture.IMAGES));
  }

  @Test
  void a_run_that_starts_from_nan_fails_with_a_remedy_and_keeps_nothing() {
    Recipe recipe = Fixture.recipe(List.of(17), true, 7, 1, 1);
    List<LayerParameters> layers = Fixture.initial(recipe, Fixture.IMAGES);
    layers.get(1).weights()[3] = Float.NaN;
    checkDiverges(recipe, layers);
  }

  private static void checkDiverges(Recipe recipe, List<LayerParameters> layers) {
    LabException e =
        catchThrowableOfType(LabException.class, () -> train(recipe, Fixture.IMAGES, layers));
    assertThat(e.kind()).isEqualTo(Kind.RUN);
    assertThat(e.getMessage()).contains("diverged").contains("epoch 1");
    assertThat(e.remedy()).contains("--learning-rate");
    assertThat(LiveObjects.count()).isZero();
  }

  @Test
  void a_listener_that_fails_leaves_nothing_behind() {
    Recipe recipe = Fixture.recipe(List.of(4), false, 128, 1, 1);
    List<LayerParameters> layers = Fixture.initial(recipe, Fixture.IMAGES);
    try (DeviceSession session = Fixture.session();
        Experiment experiment = new Experiment(recipe, Fixture.IMAGES, layers, session)) {
      long before = LiveObjects.bufferBytes();
      assertThatThrownBy(
              () ->
                  experiment.train(
                      Progress.NONE,
                      epoch -> {
                        throw new IllegalStateException("disk full");
                      }))
          .hasMessage("disk full");
      assertThat(LiveObjects.bufferBytes()).isEqualTo(before);
    }
  }
}
