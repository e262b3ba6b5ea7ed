package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.prunecl.Progress;
import org.prunecl.data.Normalization;
import org.prunecl.nn.LayerMasks;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Network;
import org.prunecl.opencl.LiveObjects;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Family;
import org.prunecl.ops.Mask;
import org.prunecl.ops.Samples;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

/** Lottery ticket experiments on a few hundred real images. */
@OpenClTest
final class LotteryTest {
  /** 784 x 20 + 20 x 10. */
  private static final long WEIGHTS = 15_880;

  private static final Backend BACKEND = TestDevice.backend(Family.of(TestDevice.get().type()));

  /** Remembers everything; may stop the run after something new. */
  private static final class Memory implements Journal {
    private final Map<String, Checkpoint> trainings = new HashMap<>();
    private final boolean stops;

    Memory(boolean stops) {
      this.stops = stops;
    }

    List<LayerParameters> layers(String training) {
      return trainings.get(training).layers();
    }

    @Override
    public Optional<Checkpoint> checkpoint(String training, List<LayerParameters> like) {
      return Optional.ofNullable(trainings.get(training));
    }

    @Override
    public void keep(String training, Supplier<Checkpoint> checkpoint) {
      trainings.put(training, checkpoint.get());
      if (stops) {
        throw new IllegalStateException("stopped");
      }
    }

    @Override
    public Optional<Trial> trial(String name) {
      throw new AssertionError(name);
    }

    @Override
    public void keep(String name, Trial trial) {
      throw new AssertionError(name);
    }
  }

  private static Recipe recipe(int seeds, int rounds, String method, String rewind) {
    Recipe recipe =
        Recipes.resolve(
            "lottery",
            Recipes.options()
                .put("seed", 5)
                .put("seeds", seeds)
                .put("epochs", 2)
                .set("hidden", Recipes.options().arrayNode().add(20)));
    return new LotterySettings(method, null, rounds, rewind, 1)
        .over(recipe, Fixture.initial(recipe, Fixture.IMAGES));
  }

  private static Lottery.Outcome run(Recipe recipe, Journal journal) {
    List<LayerParameters> initial = Fixture.initial(recipe, Fixture.IMAGES);
    Workload workload = Lottery.workload(recipe, Fixture.IMAGES, initial);
    try (DeviceSession session = Fixture.session(workload)) {
      long programs = LiveObjects.count(LiveObjects.Kind.PROGRAM);
      Lottery.Listener silent =
          new Lottery.Listener() {
            @Override
            public void training(long seed, int round, String network, double weightsLeft) {}

            @Override
            public void epoch(EpochRecord epoch, int epochs) {}
          };
      Lottery.Outcome outcome =
          new Lottery(recipe, Fixture.IMAGES, session, journal, Progress.NONE, silent).run(initial);
      assertThat(LiveObjects.count(LiveObjects.Kind.PROGRAM))
          .as("programs, all built before the first step")
          .isEqualTo(programs);
      return outcome;
    } finally {
      assertThat(LiveObjects.bufferBytes()).isZero();
    }
  }

  private static boolean[] zeros(LayerParameters layer) {
    boolean[] zeros = new boolean[layer.weights().length];
    for (int i = 0; i < zeros.length; i++) {
      zeros[i] = layer.weights()[i] == 0;
    }
    return zeros;
  }

  /** Keeps all but the int(n s) smallest. */
  private static byte[] keep(float[] weights, double sparsity) {
    Integer[] order = new Integer[weights.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Float.compare(Math.abs(weights[a]), Math.abs(weights[b])));
    byte[] keep = new byte[weights.length];
    Arrays.fill(keep, (byte) 1);
    for (int i = 0; i < (int) (weights.length * sparsity); i++) {
      keep[order[i]] = 0;
    }
    return keep;
  }

  /** A training without masks whose network is zeroed before each step and after the last. */
  private static List<LayerParameters> trained(
      List<LayerParameters> start, List<byte[]> keep, TrainingRun.Phase phase) {
    try (Network network = Network.of(BACKEND, start);
        Samples train =
            DeviceData.upload(BACKEND, Fixture.IMAGES.train(), Normalization.parse("unit"))) {
      List<LayerMasks> masks = new ArrayList<>();
      for (int i = 0; i < keep.size(); i++) {
        masks.add(
            new LayerMasks(Mask.of(BACKEND, network.layers().get(i).weights(), keep.get(i)), null));
      }
      TrainingRun.train(
          network,
          phase,
          (training, taken, last) -> LayerMasks.apply(masks, network),
          new TrainingRun.Images(train, null, train),
          Progress.NONE,
          epoch -> {});
      LayerMasks.close(masks);
      return network.read();
    }
  }

  @Test
  void a_winning_ticket_is_the_start_without_the_smallest_trained_weights_trained_again() {
    for (String rewind : List.of("initial", "epoch")) {
      Recipe recipe = recipe(1, 1, "weight", rewind);
      Lottery.Outcome outcome = run(recipe, Journal.NONE);
      List<LayerParameters> initial = Fixture.initial(recipe, Fixture.IMAGES);
      TrainingRun.Phase phase = TrainingRun.Phase.of(recipe);
      TrainingRun.Phase one =
          new TrainingRun.Phase(1, phase.batchSize(), phase.adam(), phase.seed());
      List<LayerParameters> dense = trained(initial, List.of(), phase);
      assertThat(outcome.unpruned()).usingRecursiveComparison().isEqualTo(dense);
      List<byte[]> keep =
          List.of(keep(dense.get(0).weights(), 0.2), keep(dense.get(1).weights(), 0.1));
      boolean early = rewind.equals("epoch");
      List<LayerParameters> start = early ? trained(initial, List.of(), one) : initial;
      assertThat(outcome.ticket())
          .as(rewind)
          .usingRecursiveComparison()
          .isEqualTo(trained(start, keep, early ? one : phase));
      assertThat(outcome.results().trials())
          .extracting(LotteryTrial::network, trial -> trial.epochAccuracy().size())
          .containsExactly(
              tuple("unpruned", 2), tuple("ticket", early ? 1 : 2), tuple("reinitialized", 2));
    }
  }

  @Test
  void rounds_prune_ever_more_and_the_control_has_the_same_masks_and_other_weights() {
    Memory memory = new Memory(false);
    LotteryResults results = run(recipe(2, 2, "weight", "initial"), memory).results();
    assertThat(results.trials())
        .extracting(LotteryTrial::seed, LotteryTrial::round, LotteryTrial::network)
        .containsExactly(
            tuple(5L, 0, "unpruned"),
            tuple(5L, 1, "ticket"),
            tuple(5L, 1, "reinitialized"),
            tuple(5L, 2, "ticket"),
            tuple(5L, 2, "reinitialized"),
            tuple(6L, 0, "unpruned"),
            tuple(6L, 1, "ticket"),
            tuple(6L, 1, "reinitialized"),
            tuple(6L, 2, "ticket"),
            tuple(6L, 2, "reinitialized"));
    long[] kept = {WEIGHTS, WEIGHTS - 3136 - 20, WEIGHTS - 5644 - 38};
    for (LotteryTrial trial : results.trials()) {
      // int() of shares that rounding made a little smaller may keep one more of each layer.
      assertThat(trial.kept()).isBetween(kept[trial.round()], kept[trial.round()] + 2);
      assertThat(trial.weightsLeft()).isEqualTo((double) trial.kept() / WEIGHTS);
    }
    for (int seed = 5; seed <= 6; seed++) {
      boolean[] before = new boolean[784 * 20];
      for (int round = 1; round <= 2; round++) {
        String name = "seed-" + seed + "-" + round + "-";
        LayerParameters ticket = memory.layers(name + "ticket").get(0);
        LayerParameters control = memory.layers(name + "reinitialized").get(0);
        boolean[] now = zeros(ticket);
        assertThat(zeros(control)).isEqualTo(now);
        assertThat(control.weights()).isNotEqualTo(ticket.weights());
        for (int i = 0; i < now.length; i++) {
          assertThat(now[i] || !before[i]).as("pruned once, pruned for good").isTrue();
        }
        before = now;
      }
    }
    assertThat(memory.layers("seed-5-1-reinitialized").get(1).weights())
        .isNotEqualTo(memory.layers("seed-5-2-reinitialized").get(1).weights());
  }

  @Test
  void the_summary_follows_from_the_trials() {
    LotteryResults results = run(recipe(2, 1, "random-weight", "initial"), Journal.NONE).results();
    List<LotteryTrial> trials = results.trials();
    assertThat(results.summary()).extracting(LotteryRound::round).containsExactly(0, 1);
    LotteryRound first = results.summary().get(1);
    double[] ticket = {trials.get(1).accuracy(), trials.get(4).accuracy()};
    double[] control = {trials.get(2).accuracy(), trials.get(5).accuracy()};
    check(first.ticket(), ticket);
    check(first.reinitialized(), control);
    check(first.difference(), ticket[0] - control[0], ticket[1] - control[1]);
    check(
        first.ticketEarly(),
        trials.get(1).epochAccuracy().get(0),
        trials.get(4).epochAccuracy().get(0));
    LotteryRound unpruned = results.summary().get(0);
    check(unpruned.ticket(), trials.get(0).accuracy(), trials.get(3).accuracy());
    assertThat(unpruned.reinitialized()).isEqualTo(unpruned.ticket());
    assertThat(unpruned.weightsLeft()).isEqualTo(1);
    assertThat(unpruned.ticket().mean()).as("chance is 0.1").isGreaterThan(0.3);
  }

  private static void check(Spread spread, double one, double other) {
    assertThat(spread.mean()).isCloseTo((one + other) / 2, within(1e-12));
    assertThat(spread.std()).isCloseTo(Math.abs(one - other) / Math.sqrt(2), within(1e-12));
  }

  private static void check(Spread spread, double[] values) {
    check(spread, values[0], values[1]);
  }

  @Test
  void a_run_that_stops_after_each_training_ends_like_one_that_never_stopped() {
    Recipe recipe = recipe(1, 2, "gradient-unit", "epoch");
    Lottery.Outcome whole = run(recipe, Journal.NONE);
    Memory memory = new Memory(true);
    Lottery.Outcome resumed = null;
    // The unpruned network's first epoch, its end, and two trainings in each of two rounds.
    for (int stops = 0; resumed == null; stops++) {
      assertThat(stops).isLessThanOrEqualTo(6);
      try {
        resumed = run(recipe, memory);
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("stopped");
      }
    }
    assertThat(memory.trainings).hasSize(6);
    assertThat(resumed)
        .usingRecursiveComparison()
        .ignoringFieldsMatchingRegexes(".*seconds", ".*ended", ".*trainSeconds")
        .isEqualTo(whole);
  }
}
