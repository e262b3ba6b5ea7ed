package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.prunecl.Progress;
import org.prunecl.io.RunFolder;
import org.prunecl.nn.LayerParameters;
import org.prunecl.opencl.LiveObjects;
import org.prunecl.prune.Method;
import org.prunecl.prune.Pruning;
import org.prunecl.prune.Selection;
import org.prunecl.testing.OpenClTest;

/** Several seeds, controls, and runs that stop and go on, on a few real images. */
@OpenClTest
final class StudyTest {
  @TempDir private Path folder;
  private final List<String> trainings = new ArrayList<>();

  private static Recipe recipe(int seeds, int epochs, List<String> methods, double... sparsities) {
    ObjectNode options =
        Recipes.options()
            .put("bias", true)
            .put("seed", 5)
            .put("seeds", seeds)
            .put("epochs", epochs);
    options.putArray("hidden").add(17).add(9);
    ObjectNode prune = options.putObject("prune");
    methods.forEach(prune.putArray("methods")::add);
    ArrayNode shares = prune.putArray("sparsities");
    for (double sparsity : sparsities) {
      shares.add(sparsity);
    }
    return Recipes.resolve(Recipes.DEFAULT, options);
  }

  private Study.Outcome run(Recipe recipe, Journal journal) {
    return run(recipe, journal, true);
  }

  private Study.Outcome run(Recipe recipe, Journal journal, boolean sweeps) {
    List<LayerParameters> layers = Fixture.initial(recipe, Fixture.IMAGES);
    Workload workload = Study.workload(recipe, Fixture.IMAGES, layers, false, sweeps);
    try (DeviceSession session = Fixture.session(workload)) {
      long programs = LiveObjects.count(LiveObjects.Kind.PROGRAM);
      Study.Outcome outcome =
          new Study(
                  recipe,
                  Fixture.IMAGES,
                  session,
                  journal,
                  Progress.NONE,
                  new Study.Listener() {
                    @Override
                    public void training(Recipe one, int epochs) {
                      trainings.add(one.seed() + " " + one.hidden() + " " + epochs);
                    }

                    @Override
                    public void pruning(Recipe one) {}

                    @Override
                    public void epoch(EpochRecord epoch) {}
                  })
              .run(Study.Start.initialized(layers), sweeps);
      assertThat(LiveObjects.count(LiveObjects.Kind.PROGRAM))
          .as("programs, all built before the first step")
          .isEqualTo(programs);
      return outcome;
    } finally {
      assertThat(LiveObjects.count()).isZero();
    }
  }

  @Test
  void each_seed_is_trained_and_pruned_as_if_it_were_the_only_one() {
    Study.Outcome both = run(recipe(2, 1, List.of("weight"), 0.5, 0.9), Journal.NONE);
    assertThat(both.results().trials())
        .extracting(Trial::seed, Trial::sparsity)
        .containsExactly(tuple(5L, 0.5), tuple(5L, 0.9), tuple(6L, 0.5), tuple(6L, 0.9));
    assertThat(both.results().baseline()).isEqualTo(both.results().baselines().get(0));
    assertThat(both.results().baselines()).extracting(Baseline::seed).containsExactly(5L, 6L);
    Recipe second = recipe(1, 1, List.of("weight"), 0.5, 0.9).withSeed(6);
    Study.Outcome alone = run(second, Journal.NONE);
    assertThat(both.networks().get(1))
        .usingRecursiveComparison()
        .ignoringFields("training.seconds", "training.history.seconds", "training.history.ended")
        .isEqualTo(alone.networks().get(0));
    assertThat(both.results().trials().subList(2, 4))
        .usingRecursiveComparison()
        .ignoringFields("latency")
        .isEqualTo(alone.results().trials());
  }

  @Test
  void small_dense_networks_are_trained_once_each_and_the_unpruned_one_never_again() {
    // At 1 % and at 0 % the nearest widths are the network's own; 0.9 and 0.901 have the same.
    Recipe recipe = recipe(1, 1, List.of("weight", "small-dense"), 0, 0.01, 0.9, 0.901);
    Results results = run(recipe, Journal.NONE).results();
    assertThat(trainings).containsExactly("5 [17, 9] 0", "5 [2, 1] 0");
    List<Trial> small = results.trials().subList(4, 8);
    assertThat(small).extracting(Trial::method).containsOnly("small-dense");
    assertThat(small.get(0).accuracy()).isEqualTo(results.baseline().accuracy());
    assertThat(small.get(0).theoreticalSpeedup()).isEqualTo(1);
    assertThat(small.get(0).achievedSparsity()).isZero();
    // 784 · 2 + 2 + 2 · 1 + 1 + 1 · 10 + 10 parameters; of 784 · 17 + 17 · 9 weights 1570 are left.
    Trial control = small.get(2);
    assertThat(control.nonzero()).isBetween(1400L, 1593L);
    assertThat(control.bytes().dense()).isEqualTo(4 * 1593);
    assertThat(control.compression().bytes())
        .isEqualTo((784 * 17 + 17 + 17 * 9 + 9 + 9 * 10 + 10) / 1593.0);
    assertThat(control.achievedSparsity()).isEqualTo(1 - 1570.0 / (784 * 17 + 17 * 9));
    assertThat(control.theoreticalSpeedup())
        .isEqualTo((784.0 * 17 + 17 * 9 + 9 * 10) / (784 * 2 + 2 + 10));
    assertThat(control.latency())
        .extracting(Latency::batch, Latency::execution)
        .containsExactly(
            tuple(1, "unpruned"), tuple(1, "dense"), tuple(128, "unpruned"), tuple(128, "dense"));
    assertThat(results.crossover())
        .extracting(Crossover::method, Crossover::execution)
        .contains(tuple("small-dense", "dense"));
  }

  /** Fails when it has been told a number of things, as if the run had been stopped there. */
  private static final class Stopping implements Journal {
    private final Journal journal;
    private int left;

    Stopping(Journal journal, int left) {
      this.journal = journal;
      this.left = left;
    }

    private void count() {
      if (left-- == 0) {
        throw new IllegalStateException("stopped");
      }
    }

    @Override
    public Optional<Checkpoint> checkpoint(String training, List<LayerParameters> like) {
      return journal.checkpoint(training, like);
    }

    @Override
    public void keep(String training, Supplier<Checkpoint> checkpoint) {
      count();
      journal.keep(training, checkpoint);
    }

    @Override
    public Optional<Trial> trial(String name) {
      return journal.trial(name);
    }

    @Override
    public void keep(String name, Trial trial) {
      count();
      journal.keep(name, trial);
    }
  }

  @Test
  void a_study_that_stops_again_and_again_ends_like_one_that_never_stopped() {
    Recipe recipe = recipe(2, 2, List.of("unit", "small-dense"), 0.5);
    Study.Outcome whole = run(recipe, Journal.NONE);
    RunFolder run = RunFolder.create(folder.resolve("run"), false);
    Study.Outcome resumed = null;
    // Per seed two trainings of two epochs and two trials are kept: a stop after each of the first
    // seed's and after the first of the second one's, whose others are no different.
    int stops = 0;
    while (resumed == null) {
      int until = stops < 7 ? 1 : Integer.MAX_VALUE;
      try {
        resumed = run(recipe, new Stopping(new RunJournal(run), until));
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("stopped");
        stops++;
      }
    }
    assertThat(stops).isEqualTo(7);
    assertThat(resumed)
        .usingRecursiveComparison()
        .ignoringFieldsMatchingRegexes(
            ".*seconds", ".*ended", ".*trainSeconds", ".*latency", ".*speedup", ".*crossover")
        .isEqualTo(whole);
    assertThat(resumed.networks().get(1).training().seconds()).isPositive();
    assertThat(trainings).contains("5 [17, 9] 1", "6 [17, 9] 1");
  }

  /** Pruned by its gradients, with a schedule of its own. */
  private static Recipe scheduled(int seeds, String kind, String rewind) {
    ObjectNode options = Recipes.options().put("seed", 5).put("seeds", seeds).put("epochs", 2);
    options.putArray("conv").addObject().put("filters", 5).put("kernel", 3).put("pool", 2);
    options.putArray("hidden").add(9);
    ObjectNode prune = options.putObject("prune");
    prune.putArray("methods").add("gradient-weight");
    prune.putArray("sparsities").add(0.5);
    ObjectNode schedule = prune.putObject("schedule").put("kind", kind).put("rewind", rewind);
    schedule.put("rounds", 2).put("frequency", 4);
    int tuning = rewind.equals("none") ? 1 : 0;
    prune.putObject("fine_tune").put("epochs", tuning).put("batch_size", 50);
    return Recipes.resolve(Recipes.DEFAULT, options);
  }

  @Test
  void a_study_that_rewinds_ends_the_same_wherever_it_stops() {
    Recipe recipe = scheduled(1, "iterative", "epoch");
    Study.Outcome whole = run(recipe, Journal.NONE);
    RunFolder run = RunFolder.create(folder.resolve("run"), false);
    Study.Outcome resumed = null;
    // Two epochs, the network at the end of the first one, and a trial are kept.
    for (int stops = 0; resumed == null; stops++) {
      assertThat(stops).isLessThanOrEqualTo(2);
      try {
        resumed = run(recipe, new Stopping(new RunJournal(run), 2));
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("stopped");
      }
    }
    assertThat(trainings).containsExactly("5 [9] 0", "5 [9] 0", "5 [9] 1");
    assertThat(resumed.results().trials().get(0).achievedSparsity()).isCloseTo(0.5, within(1e-2));
    assertThat(resumed)
        .usingRecursiveComparison()
        .ignoringFieldsMatchingRegexes(
            ".*seconds", ".*ended", ".*trainSeconds", ".*latency", ".*speedup", ".*crossover")
        .isEqualTo(whole);
  }

  @Test
  void a_training_run_prunes_the_network_of_each_seed() {
    Study.Outcome outcome = run(scheduled(2, "polynomial", "none"), Journal.NONE, false);
    Results results = outcome.results();
    assertThat(results.trials()).isEmpty();
    assertThat(results.pruned()).isEqualTo(results.prunedNetworks().get(0));
    assertThat(results.prunedNetworks()).extracting(PrunedNetwork::seed).containsExactly(5L, 6L);
    for (int i = 0; i < 2; i++) {
      Study.Trained network = outcome.networks().get(i);
      PrunedNetwork pruned = results.prunedNetworks().get(i);
      // 300 images at batch 50 are six steps.
      assertThat(network.pruned().updates())
          .extracting(MaskUpdate::step)
          .containsExactly(0L, 4L, 6L);
      assertThat(pruned.achievedSparsity()).isCloseTo(0.5, within(1e-2));
      assertThat(pruned.accuracy()).isEqualTo(network.pruned().history().get(0).testAccuracy());
      WeightTensor filters = pruned.layers().get(0);
      assertThat(filters.shape()).containsExactly(5, 1, 3, 3);
      assertThat(filters.nonzero()).isEqualTo(45 - 22);
      assertThat(pruned.gzipBytes()).isLessThan(results.baselines().get(i).gzipBytes());
    }
  }

  @Test
  void small_dense_networks_have_fewer_filters_too() {
    ObjectNode options = Recipes.options().put("epochs", 1).put("seed", 5);
    options.putArray("conv").addObject().put("filters", 6).put("kernel", 3).put("pool", 2);
    options.putArray("hidden").add(9);
    ObjectNode prune = options.putObject("prune");
    prune.putArray("methods").add("weight").add("small-dense");
    prune.putArray("sparsities").add(0.7);
    Recipe recipe = Recipes.resolve(Recipes.DEFAULT, options);
    Trial control = run(recipe, Journal.NONE).results().trials().get(1);
    // 6 filters of 3 x 3 on 28 x 28, pooled to 13 x 13, then 9 units: 54 + 9126 + 90 weights, of
    // which 17 + 2738 + 90 are left. 3 filters and 5 units (5 / 9) have 27 + 2535 + 50; 3 and 4
    // have 2095, 4 and 6 have 4152.
    assertThat(trainings).containsExactly("5 [9] 0", "5 [5] 0");
    assertThat(control.nonzero()).isBetween(2500L, 27L + 2535 + 50);
    assertThat(control.bytes().dense()).isEqualTo(4 * (27 + 2535 + 50));
  }

  @Test
  void a_network_without_hidden_layers_has_no_smaller_one() {
    LayerParameters only = new LayerParameters("fc1", 2, 3, new float[6], null);
    assertThatThrownBy(() -> SmallDense.widths(List.of(only), weights(0.5, false)))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("only an output layer");
  }

  @Test
  void small_dense_widths_are_those_nearest_in_parameters_of_all_common_factors() {
    List<LayerParameters> layers =
        Fixture.initial(Fixture.recipe(List.of(40, 20), true, 10, 1, 1), Fixture.IMAGES);
    long whole = parameters(40, 20);
    for (boolean output : new boolean[] {false, true}) {
      for (double sparsity : new double[] {0, 0.25, 0.5, 0.8, 0.95, 1}) {
        long left =
            whole
                - (long) (784 * 40 * sparsity)
                - (long) (40 * 20 * sparsity)
                - (output ? (long) (20 * 10 * sparsity) : 0);
        List<Integer> widths = SmallDense.widths(layers, weights(sparsity, output));
        long nearest = Long.MAX_VALUE;
        for (int first = 1; first <= 40; first++) {
          int second = Math.max(1, (int) Math.round(first / 2.0));
          nearest = Math.min(nearest, Math.abs(parameters(first, second) - left));
        }
        assertThat(Math.abs(parameters(widths.get(0), widths.get(1)) - left))
            .as("%s at %s", widths, sparsity)
            .isEqualTo(nearest);
      }
    }
    assertThat(SmallDense.widths(layers, weights(0, false))).containsExactly(40, 20);
    assertThat(SmallDense.widths(layers, weights(1, false))).containsExactly(1, 1);
  }

  private static Pruning weights(double sparsity, boolean output) {
    return new Pruning(Method.parse("weight"), sparsity, Selection.COUNT, output);
  }

  private static long parameters(long first, long second) {
    return 784 * first + first + first * second + second + second * 10 + 10;
  }
}
