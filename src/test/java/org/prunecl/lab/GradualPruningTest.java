package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.Progress;
import org.prunecl.data.BatchOrder;
import org.prunecl.data.Normalization;
import org.prunecl.nn.LayerMasks;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Moments;
import org.prunecl.nn.Network;
import org.prunecl.nn.Training;
import org.prunecl.opencl.LiveObjects;
import org.prunecl.ops.Adam;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Family;
import org.prunecl.ops.Samples;
import org.prunecl.ops.Totals;
import org.prunecl.prune.Calibration;
import org.prunecl.prune.Method;
import org.prunecl.prune.Pruning;
import org.prunecl.prune.Schedule;
import org.prunecl.prune.Scope;
import org.prunecl.prune.Selection;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

/** Real training runs on a few hundred real images, pruned as they go. */
@OpenClTest
final class GradualPruningTest {
  /** 300 images in batches of 32: ten steps an epoch, thirty in all. */
  private static final int STEPS = 30;

  private static final Recipe RECIPE = Fixture.recipe(List.of(17), true, 32, 3, 5);

  private static final TrainingRun.Phase PHASE = phase(0.01);

  private static final Backend BACKEND = TestDevice.backend(Family.of(TestDevice.get().type()));

  /** Every 7 steps, which meets neither an epoch's end nor the last step. */
  private static final List<Long> UPDATES = List.of(0L, 7L, 14L, 21L, 28L, 30L);

  /** What a run leaves. */
  private record Run(
      TrainingRun.Outcome outcome, List<MaskUpdate> updates, List<LayerParameters> layers) {}

  private static Run train(GradualPruning.Spec spec) {
    List<MaskUpdate> updates = new ArrayList<>();
    return train(spec, updates, updates::add);
  }

  private static Run train(
      GradualPruning.Spec spec, List<MaskUpdate> updates, Consumer<MaskUpdate> listener) {
    try (Network network = Network.of(BACKEND, initial());
        Samples train = upload()) {
      GradualPruning pruning =
          new GradualPruning(network, spec, new Calibration(train, 64), listener);
      TrainingRun.Outcome outcome =
          TrainingRun.train(network, PHASE, pruning, images(train), Progress.NONE, epoch -> {});
      return new Run(outcome, updates, network.read());
    }
  }

  private static TrainingRun.Phase phase(double learningRate) {
    return new TrainingRun.Phase(
        3, 32, new Adam.Settings(Adam.Form.KERAS, learningRate, 0.9, 0.999, 1e-7, 0), 5);
  }

  private static List<LayerParameters> initial() {
    return Fixture.initial(RECIPE, Fixture.IMAGES);
  }

  private static Samples upload() {
    return DeviceData.upload(
        BACKEND, Fixture.IMAGES.train(), Normalization.parse(RECIPE.normalize()));
  }

  private static TrainingRun.Images images(Samples train) {
    return new TrainingRun.Images(train, null, train);
  }

  private static Pruning pruning(String method) {
    return new Pruning(Method.parse(method), 0.8, Selection.ROUND, true);
  }

  private static Schedule schedule(Schedule.Kind kind, long begin, Long end) {
    return new Schedule(kind, 0.5, 3, begin, end, 7, 3, Schedule.Rewind.NONE, 1);
  }

  private static GradualPruning.Spec polynomial(String method, Moments moments, boolean revive) {
    return new GradualPruning.Spec(
        pruning(method), schedule(Schedule.Kind.POLYNOMIAL, 0, null), moments, revive);
  }

  @ParameterizedTest
  @ValueSource(strings = {"weight", "random-weight", "largest-weight", "gradient-weight"})
  void every_update_keeps_as_many_weights_as_tensorflow_model_optimization(String method) {
    for (boolean revive : new boolean[] {false, true}) {
      Run run = train(polynomial(method, Moments.KEEP, revive));
      assertThat(run.updates).extracting(MaskUpdate::step).isEqualTo(UPDATES);
      for (MaskUpdate update : run.updates) {
        double left = 1 - update.step() / (double) STEPS;
        double sparsity = 0.8 + (0.5 - 0.8) * left * left * left;
        assertThat(update.sparsity()).isCloseTo(sparsity, within(1e-12));
        assertThat(update.layers()).hasSize(2);
        for (MaskUpdate.Layer layer : update.layers()) {
          long kept = Math.max((long) Math.rint(layer.weights() * (1 - sparsity)), 1);
          assertThat(layer.kept()).as("%s, %s, %s", layer, update.step(), revive).isEqualTo(kept);
          assertThat(layer.sparsity()).isEqualTo(1 - (double) kept / layer.weights());
        }
      }
      for (int l = 0; l < 2; l++) {
        long last = run.updates.get(run.updates.size() - 1).layers().get(l).kept();
        assertThat(run.layers.get(l).nonzeroWeights()).isPositive().isLessThanOrEqualTo(last);
      }
    }
  }

  @Test
  void a_threshold_is_the_largest_magnitude_that_was_pruned() {
    Run run = train(polynomial("weight", Moments.KEEP, false));
    List<LayerParameters> initial = initial();
    for (int l = 0; l < 2; l++) {
      float[] magnitudes = initial.get(l).weights().clone();
      for (int i = 0; i < magnitudes.length; i++) {
        magnitudes[i] = Math.abs(magnitudes[i]);
      }
      Arrays.sort(magnitudes);
      MaskUpdate.Layer first = run.updates.get(0).layers().get(l);
      assertThat(first.threshold())
          .isEqualTo(magnitudes[magnitudes.length - (int) first.kept() - 1]);
    }
  }

  @ParameterizedTest
  @EnumSource
  void the_same_run_gives_the_same_bits_and_still_learns(Moments moments) {
    for (boolean revive : new boolean[] {false, true}) {
      Run run = train(polynomial("weight", moments, revive));
      Run again = train(polynomial("weight", moments, revive));
      assertThat(again.layers).usingRecursiveComparison().isEqualTo(run.layers);
      assertThat(again.updates)
          .usingRecursiveComparison()
          .ignoringFields("at")
          .isEqualTo(run.updates);
      List<EpochRecord> history = run.outcome.history();
      assertThat(history).hasSize(3);
      assertThat(history.get(2).trainLoss()).isLessThan(history.get(0).trainLoss());
      assertThat(history.get(2).testAccuracy()).as("chance is 0.1").isGreaterThan(0.3);
    }
  }

  @Test
  void with_revival_a_run_is_that_of_masks_applied_before_each_step_that_knows_none() {
    GradualPruning.Spec spec = polynomial("weight", Moments.KEEP, true);
    Run run = train(spec);
    try (Network network = Network.of(BACKEND, initial());
        Samples train = upload();
        Totals totals = new Totals(BACKEND, 1);
        Training training = new Training(network, PHASE.adam(), 32)) {
      BatchOrder order = new BatchOrder(PHASE.seed(), train.count());
      Schedule schedule = spec.schedule().of(STEPS);
      List<LayerMasks> masks = List.of();
      for (int step = 0; step <= STEPS; step++) {
        if (schedule.updatesAt(step)) {
          LayerMasks.close(masks);
          masks = spec.pruning().at(schedule, step).masks(network);
        }
        LayerMasks.apply(masks, network);
        if (step < STEPS) {
          if (step % 10 == 0) {
            train.order(order.epoch(step / 10));
          }
          int first = step % 10 * 32;
          training.step(train, first, Math.min(32, 300 - first), totals, 0);
        }
      }
      BACKEND.finish();
      LayerMasks.close(masks);
      assertThat(run.layers).usingRecursiveComparison().isEqualTo(network.read());
    }
  }

  @Test
  void without_revival_what_is_pruned_once_stays_zero() {
    boolean[] came = new boolean[2];
    for (boolean revive : new boolean[] {false, true}) {
      List<LayerParameters> start = initial();
      try (Network network = Network.of(BACKEND, start);
          Samples train = upload()) {
        List<boolean[]> pruned = new ArrayList<>();
        start.forEach(layer -> pruned.add(new boolean[layer.weights().length]));
        GradualPruning pruning =
            new GradualPruning(
                network,
                new GradualPruning.Spec(
                    pruning("weight"),
                    schedule(Schedule.Kind.CONSTANT, 0, null),
                    Moments.KEEP,
                    revive),
                null,
                update -> {});
        TrainingRun.BetweenSteps watched =
            (training, taken, last) -> {
              pruning.at(training, taken, last);
              boolean update = UPDATES.contains(taken);
              for (int l = 0; update && l < start.size(); l++) {
                float[] weights = network.layers().get(l).weights().read();
                for (int i = 0; i < weights.length; i++) {
                  came[revive ? 1 : 0] |= pruned.get(l)[i] && weights[i] != 0;
                  pruned.get(l)[i] |= weights[i] == 0;
                }
              }
            };
        TrainingRun.train(network, phase(0.03), watched, images(train), Progress.NONE, epoch -> {});
      }
    }
    assertThat(came).as("without revival, and with it").containsExactly(false, true);
  }

  @Test
  void schedules_of_every_kind_update_when_they_say() {
    assertThat(steps(schedule(Schedule.Kind.AT_INIT, 0, null))).containsExactly(0L);
    assertThat(steps(schedule(Schedule.Kind.ONE_SHOT, 0, null))).containsExactly(30L);
    assertThat(steps(schedule(Schedule.Kind.CONSTANT, 10, 20L))).containsExactly(10L, 17L, 20L);
    assertThat(steps(schedule(Schedule.Kind.POLYNOMIAL, 25, null))).containsExactly(25L, 30L);
  }

  private static List<Long> steps(Schedule schedule) {
    return train(new GradualPruning.Spec(pruning("unit"), schedule, Moments.MASK, false))
        .updates
        .stream()
        .map(MaskUpdate::step)
        .toList();
  }

  @Test
  void a_recipe_says_how_is_pruned_and_fine_tuned() {
    ObjectNode options = Recipes.options().put("batch_size", 32).put("seed", 9);
    ObjectNode prune = options.putObject("prune").put("moments", "mask").put("revive", true);
    prune.putArray("methods").add("weight");
    prune.put("selection", "round");
    prune.putObject("schedule").put("kind", "polynomial").put("initial", 0.5).put("frequency", 7);
    prune.putObject("fine_tune").put("epochs", 2).put("batch_size", 128);
    Recipe recipe = Recipes.resolve(Recipes.DEFAULT, options);
    assertThat(GradualPruning.Spec.of(recipe, "weight", 0.9))
        .isEqualTo(
            new GradualPruning.Spec(
                new Pruning(
                    Method.WEIGHT,
                    Scope.LAYER,
                    0.9,
                    Selection.ROUND,
                    recipe.prune().includeOutput(),
                    Set.of(),
                    Map.of(),
                    9),
                schedule(Schedule.Kind.POLYNOMIAL, 0, null),
                Moments.MASK,
                true));
    TrainingRun.Phase own = TrainingRun.Phase.of(recipe);
    assertThat(TrainingRun.Phase.fineTuning(recipe))
        .isEqualTo(new TrainingRun.Phase(2, 128, own.adam(), 9));
    prune.putObject("fine_tune").put("epochs", 1).put("learning_rate", 0.25);
    assertThat(TrainingRun.Phase.fineTuning(Recipes.resolve(Recipes.DEFAULT, options)))
        .isEqualTo(new TrainingRun.Phase(1, 32, own.adam().withLearningRate(0.25), 9));
  }

  @Test
  void a_listener_that_fails_leaves_nothing_behind() {
    GradualPruning.Spec spec = polynomial("unit", Moments.ZERO, false);
    assertThatThrownBy(
            () ->
                train(
                    spec,
                    List.of(),
                    update -> {
                      if (update.step() == 14) {
                        throw new IllegalStateException("disk full");
                      }
                    }))
        .hasMessage("disk full");
    assertThat(LiveObjects.bufferBytes()).isZero();
  }
}
