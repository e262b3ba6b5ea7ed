package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.prunecl.Progress;
import org.prunecl.data.Dataset;
import org.prunecl.data.LabelledImages;
import org.prunecl.data.Normalization;
import org.prunecl.nn.LayerParameters;
import org.prunecl.opencl.LiveObjects;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Family;
import org.prunecl.ops.Samples;
import org.prunecl.prune.Combinations;
import org.prunecl.prune.Method;
import org.prunecl.prune.Schedule;
import org.prunecl.prune.Scope;
import org.prunecl.testing.Draw;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

/**
 * Every criterion × granularity × scope × schedule, on a convolution and a dense layer of tiny
 * images: it is trained and pruned as its schedule says, or refused with the stated reason.
 */
@OpenClTest
final class EveryCombinationTest {
  private static final List<String> CRITERIA =
      List.of("", "magnitude-l1-", "random-", "largest-", "gradient-", "taylor-");
  private static final List<String> GRANULARITIES = List.of("weight", "unit", "block2x3", "2:4");

  private static final Draw DRAW = new Draw("every combination");

  private static final Dataset DATASET = new Dataset("drawn", images(24), images(6), Map.of());

  private final List<LayerParameters> initial =
      Fixture.initial(recipe("weight", Scope.LAYER, "one_shot", "none"), DATASET);

  private static LabelledImages images(int count) {
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) (i % 3);
    }
    return new LabelledImages(count, 6, 6, DRAW.bytes(count * 36), labels);
  }

  /** Two steps an epoch; tuned for two epochs where it is. */
  private static Recipe recipe(String method, Scope scope, String kind, String rewind) {
    ObjectNode options = Recipes.options().put("bias", true).put("batch_size", 12).put("seed", 3);
    options.put("epochs", 2);
    options.putArray("hidden");
    options.putArray("conv").addObject().put("filters", 6).put("kernel", 3).put("pool", 2);
    ObjectNode prune = options.putObject("prune").put("include_output", true);
    prune.put("scope", scope == Scope.GLOBAL ? "global" : "layer");
    if (scope == Scope.FRACTIONS) {
      prune.putObject("fractions").put("fc1", 0.25);
    }
    prune.putArray("methods").add(method);
    prune.putArray("sparsities").add(0.5);
    prune
        .putObject("schedule")
        .put("kind", kind)
        .put("initial", 0.1)
        .put("frequency", 3)
        .put("rounds", 2)
        .put("rewind", rewind);
    boolean tunes = !kind.equals("at_init") && rewind.equals("none");
    prune.putObject("fine_tune").put("epochs", tunes ? 2 : 0);
    return Recipes.resolve(Recipes.DEFAULT, options);
  }

  private static List<String> rewinds(Schedule.Kind kind) {
    return kind == Schedule.Kind.ITERATIVE
        ? List.of("none", "initial", "epoch", "reinitialize")
        : List.of("none");
  }

  @Test
  void every_combination_is_trained_and_pruned_or_refused_with_its_reason() {
    Backend backend = TestDevice.backend(Family.of(TestDevice.get().type()));
    int run = 0;
    int refused = 0;
    try (Samples test = DeviceData.upload(backend, DATASET.test(), Normalization.UNIT)) {
      for (String method : methods().toList()) {
        for (Scope scope : Scope.values()) {
          for (Schedule.Kind kind : Schedule.Kind.values()) {
            Optional<String> reason = Combinations.refusal(Method.parse(method), scope, kind);
            for (String rewind : rewinds(kind)) {
              if (reason.isPresent()) {
                refused++;
                LabException refusal =
                    catchThrowableOfType(
                        LabException.class, () -> recipe(method, scope, kind.label(), rewind));
                assertThat(refusal).hasMessageContaining(reason.get());
              } else {
                run++;
                runs(recipe(method, scope, kind.label(), rewind), backend, test);
              }
            }
          }
        }
      }
    }
    // Of eight schedules, four being iterative: taylor goes with units alone, 2:4 with one scope
    // and the three schedules that don't grow.
    assertThat(run).isEqualTo((5 * 3 + 1) * 3 * 8 + 5 * 3);
    assertThat(refused).isEqualTo(6 * 4 * 3 * 8 - run);
    backend.releaseScratch();
    assertThat(LiveObjects.bufferBytes()).isZero();
  }

  private static Stream<String> methods() {
    return CRITERIA.stream()
        .flatMap(criterion -> GRANULARITIES.stream().map(granularity -> criterion + granularity));
  }

  private void runs(Recipe recipe, Backend backend, Samples test) {
    String method = recipe.prune().methods().get(0);
    String what = recipe.prune() + ", seed " + Draw.SEED;
    List<EpochRecord> heard = new ArrayList<>();
    ScheduleRules.check(recipe, DATASET, initial, false);
    try (ScheduledPruning scheduled =
        new ScheduledPruning(recipe, DATASET, backend, test, Progress.NONE)) {
      ScheduledPruning.Pruned pruned =
          scheduled.run(
              method, 0.5, new ScheduledPruning.Origin(initial, initial, initial), heard::add);
      assertThat(pruned.history()).as(what).hasSize(ScheduledPruning.epochs(recipe));
      assertThat(pruned.history()).as(what).isEqualTo(heard).isNotEmpty();
      MaskUpdate last = pruned.updates().get(pruned.updates().size() - 1);
      assertThat(last.sparsity()).as(what).isEqualTo(0.5);
      assertThat(last.layers()).as(what).hasSize(2);
      long weights = 0;
      long kept = 0;
      for (int l = 0; l < 2; l++) {
        weights += last.layers().get(l).weights();
        kept += last.layers().get(l).kept();
        assertThat(pruned.layers().get(l).nonzeroWeights())
            .as(what)
            .isLessThanOrEqualTo(last.layers().get(l).kept());
      }
      // Ends of rows and of matrices are smaller groups; single units are large ones.
      assertThat(1 - (double) kept / weights).as(what).isBetween(0.2, 0.8);
    }
  }
}
