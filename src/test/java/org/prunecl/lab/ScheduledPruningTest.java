package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.Progress;
import org.prunecl.data.Normalization;
import org.prunecl.nn.LayerParameters;
import org.prunecl.opencl.LiveObjects;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Family;
import org.prunecl.ops.Samples;
import org.prunecl.prune.Pruning;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

/** Schedules of every kind, run on a few hundred real images. */
@OpenClTest
final class ScheduledPruningTest {
  private static final Backend BACKEND = TestDevice.backend(Family.of(TestDevice.get().type()));

  private static final double TARGET = 0.8;

  /** 784·17 and 17·10 weights, both layers pruned. */
  private static final long[] WEIGHTS = {784 * 17, 170};

  private final List<EpochRecord> heard = new ArrayList<>();

  private static Recipe recipe(String kind, String rewind, int fineTuning) {
    ObjectNode options = Recipes.options().put("bias", true).put("batch_size", 32).put("seed", 5);
    options.put("epochs", 3);
    options.putArray("hidden").add(17);
    ObjectNode prune = options.putObject("prune").put("include_output", true);
    prune.putArray("methods").add("weight").add("gradient-weight").add("unit");
    prune
        .putObject("schedule")
        .put("kind", kind)
        .put("initial", 0.3)
        .put("frequency", 7)
        .put("rounds", 3)
        .put("rewind", rewind)
        .put("rewind_epoch", 2);
    prune.putObject("fine_tune").put("epochs", fineTuning).put("batch_size", 64);
    return Recipes.resolve(Recipes.DEFAULT, options);
  }

  private static List<LayerParameters> initial() {
    return Fixture.initial(recipe("one_shot", "none", 0), Fixture.IMAGES);
  }

  /** Other networks than the initial one, as if they had been trained. */
  private static List<LayerParameters> stand(long seed) {
    return Fixture.initial(recipe("one_shot", "none", 0).withSeed(seed), Fixture.IMAGES);
  }

  private static final ScheduledPruning.Origin FROM =
      new ScheduledPruning.Origin(initial(), stand(77), stand(78));

  private interface Job<T> {
    T run(ScheduledPruning scheduled);
  }

  private static <T> T with(Recipe recipe, Job<T> job) {
    try (Samples test =
            DeviceData.upload(
                BACKEND, Fixture.IMAGES.test(), Normalization.parse(recipe.normalize()));
        ScheduledPruning scheduled =
            new ScheduledPruning(recipe, Fixture.IMAGES, BACKEND, test, Progress.NONE)) {
      return job.run(scheduled);
    }
  }

  private ScheduledPruning.Pruned run(Recipe recipe, String method) {
    heard.clear();
    return with(recipe, scheduled -> scheduled.run(method, TARGET, FROM, heard::add));
  }

  @AfterEach
  void nothing_is_left_on_the_device() {
    assertThat(LiveObjects.bufferBytes()).isZero();
  }

  private static void assertPruned(ScheduledPruning.Pruned pruned) {
    MaskUpdate last = pruned.updates().get(pruned.updates().size() - 1);
    assertThat(last.sparsity()).isEqualTo(TARGET);
    for (int l = 0; l < 2; l++) {
      long kept = WEIGHTS[l] - (long) (WEIGHTS[l] * TARGET);
      assertThat(last.layers().get(l).kept()).isEqualTo(kept);
      // Training seldom makes a weight exactly 0.
      assertThat(pruned.layers().get(l).nonzeroWeights()).isBetween(kept * 9 / 10, kept);
    }
  }

  private static boolean[] zeros(LayerParameters layer) {
    boolean[] zeros = new boolean[layer.weights().length];
    for (int i = 0; i < zeros.length; i++) {
      zeros[i] = layer.weights()[i] == 0;
    }
    return zeros;
  }

  /** The share of weights that are zero in the one network and in the other. */
  private static double commonZeros(List<LayerParameters> one, List<LayerParameters> other) {
    boolean[] first = zeros(one.get(0));
    boolean[] second = zeros(other.get(0));
    long common = IntStream.range(0, first.length).filter(i -> first[i] && second[i]).count();
    return (double) common / first.length;
  }

  private static Pruning pruning(Recipe recipe) {
    return recipe.prune().pruning("weight", TARGET, recipe.seed());
  }

  private static List<LayerParameters> masked(Recipe recipe, List<LayerParameters> layers) {
    return with(
        recipe,
        scheduled ->
            scheduled
                .train(
                    layers,
                    scheduled.masks(layers, pruning(recipe), null).masks(),
                    TrainingRun.Phase.of(recipe).withEpochs(0),
                    epoch -> {})
                .layers());
  }

  @Test
  void pruning_once_leaves_all_other_weights_as_they_were_trained() {
    ScheduledPruning.Pruned pruned = run(recipe("one_shot", "none", 0), "weight");
    assertPruned(pruned);
    assertThat(pruned.history()).isEmpty();
    for (int l = 0; l < 2; l++) {
      float[] trained = FROM.trained().get(l).weights();
      float[] now = pruned.layers().get(l).weights();
      double threshold = pruned.updates().get(0).layers().get(l).threshold();
      for (int i = 0; i < now.length; i++) {
        assertThat(now[i]).isEqualTo(Math.abs(trained[i]) <= threshold ? 0 : trained[i]);
      }
    }
  }

  @Test
  void pruning_once_with_fine_tuning_trains_on_under_the_same_mask() {
    ScheduledPruning.Pruned pruned = run(recipe("one_shot", "none", 2), "weight");
    assertPruned(pruned);
    assertThat(pruned.history()).hasSize(2).isEqualTo(heard);
    assertThat(pruned.history().get(1).trainLoss()).isLessThan(pruned.history().get(0).trainLoss());
    List<LayerParameters> before = masked(recipe("one_shot", "none", 0), FROM.trained());
    assertThat(commonZeros(pruned.layers(), before)).isCloseTo(TARGET, within(1e-3));
  }

  @Test
  void pruning_at_initialisation_trains_all_epochs_under_the_mask_of_the_initial_weights() {
    ScheduledPruning.Pruned pruned = run(recipe("at_init", "none", 0), "weight");
    assertPruned(pruned);
    assertThat(pruned.history()).extracting(EpochRecord::epoch).containsExactly(1, 2, 3);
    assertThat(pruned.history().get(2).testAccuracy()).as("chance is 0.1").isGreaterThan(0.3);
    List<LayerParameters> initial = masked(recipe("at_init", "none", 0), FROM.initial());
    assertThat(commonZeros(pruned.layers(), initial)).isCloseTo(TARGET, within(1e-3));
    assertThat(commonZeros(pruned.layers(), masked(recipe("at_init", "none", 0), FROM.trained())))
        .as("of independent masks")
        .isCloseTo(TARGET * TARGET, within(0.03));
  }

  @ParameterizedTest
  @CsvSource({"constant, 0.8", "polynomial, 0.3"})
  void gradual_schedules_prune_while_fine_tuning(String kind, double first) {
    ScheduledPruning.Pruned pruned = run(recipe(kind, "none", 2), "weight");
    assertPruned(pruned);
    // Five steps an epoch at batch 64.
    assertThat(pruned.updates()).extracting(MaskUpdate::step).containsExactly(0L, 7L, 10L);
    assertThat(pruned.updates().get(0).sparsity()).isCloseTo(first, within(1e-12));
    assertThat(pruned.history()).hasSize(2).isEqualTo(heard);
  }

  @ParameterizedTest
  @CsvSource({"none, 4, 10", "initial, 3, 30", "epoch, 1, 10", "reinitialize, 3, 30"})
  void each_round_prunes_the_same_share_of_what_is_left(String rewind, int epochs, long steps) {
    boolean tunes = rewind.equals("none");
    int perRound = tunes ? 2 : epochs;
    ScheduledPruning.Pruned pruned =
        run(recipe("iterative", rewind, tunes ? 2 : 0), "gradient-weight");
    assertPruned(pruned);
    assertThat(pruned.updates()).extracting(MaskUpdate::step).containsExactly(0L, steps, 2 * steps);
    for (int round = 1; round <= 3; round++) {
      double sparsity = 1 - Math.pow(0.2, round / 3.0);
      MaskUpdate update = pruned.updates().get(round - 1);
      assertThat(update.sparsity()).isCloseTo(sparsity, within(1e-12));
      assertThat(update.layers().get(0).kept())
          .isEqualTo(WEIGHTS[0] - (long) (WEIGHTS[0] * update.sparsity()));
    }
    assertThat(pruned.history())
        .isEqualTo(heard)
        .extracting(EpochRecord::epoch)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 3 * perRound).boxed().toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"initial", "epoch", "reinitialize"})
  void the_last_round_is_a_training_from_the_weights_that_are_rewound_to(String rewind) {
    Recipe recipe = recipe("iterative", rewind, 0);
    ScheduledPruning.Pruned pruned = run(recipe, "weight");
    List<LayerParameters> start =
        switch (rewind) {
          case "initial" -> FROM.initial();
          case "epoch" -> FROM.early();
          default -> with(recipe, scheduled -> scheduled.reinitialized(3));
        };
    List<HostMasks.Layer> kept = new ArrayList<>();
    for (LayerParameters layer : pruned.layers()) {
      byte[] flags = new byte[layer.weights().length];
      for (int i = 0; i < flags.length; i++) {
        flags[i] = (byte) (layer.weights()[i] == 0 ? 0 : 1);
      }
      kept.add(new HostMasks.Layer(flags, null));
    }
    // Rewinding to the end of epoch 2 leaves one of three.
    int epochs = rewind.equals("epoch") ? 1 : 3;
    ScheduledPruning.Retrained alone =
        with(
            recipe,
            scheduled ->
                scheduled.train(
                    start,
                    new HostMasks(kept),
                    TrainingRun.Phase.of(recipe).withEpochs(epochs),
                    epoch -> {}));
    assertThat(pruned.layers()).usingRecursiveComparison().isEqualTo(alone.layers());
  }

  @Test
  void units_are_pruned_with_their_biases_and_stay_so() {
    ScheduledPruning.Pruned pruned = run(recipe("iterative", "none", 1), "unit");
    LayerParameters first = pruned.layers().get(0);
    int dead = 0;
    for (int unit = 0; unit < 17; unit++) {
      boolean zero = true;
      for (int i = 0; i < 784; i++) {
        zero &= first.weight(unit, i) == 0;
      }
      dead += zero ? 1 : 0;
      assertThat(zero).as("unit %s", unit).isEqualTo(first.bias()[unit] == 0);
    }
    assertThat(dead).isEqualTo(13);
  }

  @Test
  void new_random_weights_are_those_of_no_other_round_and_of_no_seed_nearby() {
    Recipe recipe = recipe("iterative", "reinitialize", 0);
    List<LayerParameters> first = with(recipe, scheduled -> scheduled.reinitialized(1));
    List<LayerParameters> again = with(recipe, scheduled -> scheduled.reinitialized(1));
    assertThat(again).usingRecursiveComparison().isEqualTo(first);
    List<List<LayerParameters>> others = new ArrayList<>();
    others.add(with(recipe, scheduled -> scheduled.reinitialized(2)));
    others.add(with(recipe.withSeed(6), scheduled -> scheduled.reinitialized(1)));
    for (long seed = 0; seed < 10; seed++) {
      others.add(stand(seed));
    }
    for (List<LayerParameters> other : others) {
      assertThat(other.get(0).weights()).isNotEqualTo(first.get(0).weights());
    }
  }
}
