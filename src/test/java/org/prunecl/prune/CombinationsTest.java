package org.prunecl.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.prunecl.nn.LayerMasks;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Network;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Family;
import org.prunecl.ops.Samples;
import org.prunecl.testing.Draw;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

/** Every criterion × granularity × scope × schedule: it runs, or is refused as the docs say. */
@OpenClTest
final class CombinationsTest {
  private static final List<String> GRANULARITIES = List.of("weight", "unit", "block4x4", "2:4");

  private static List<Method> methods() {
    return Method.CRITERIA.stream()
        .flatMap(
            criterion ->
                GRANULARITIES.stream()
                    .map(granularity -> Method.parse(criterion.label() + "-" + granularity)))
        .toList();
  }

  @Test
  void every_combination_runs_on_a_small_network_or_is_refused_with_a_reason() {
    Backend backend = TestDevice.backend(Family.CPU);
    Draw draw = new Draw("combinations");
    List<LayerParameters> layers =
        List.of(
            new LayerParameters("fc1", 7, 8, draw.values(56), draw.values(7)),
            new LayerParameters("fc2", 3, 7, draw.values(21), draw.values(3)));
    int refused = 0;
    int run = 0;
    try (Network network = Network.of(backend, layers);
        Samples samples =
            new Samples(backend, draw.bytes(5 * 8), new byte[] {0, 1, 2, 0, 1}, 8, 1 / 255f, 0)) {
      for (Method method : methods()) {
        for (Scope scope : Scope.values()) {
          for (Schedule.Kind kind : Schedule.Kind.values()) {
            Optional<String> reason = Combinations.refusal(method, scope, kind);
            if (reason.isPresent()) {
              refused++;
              assertThat(reason.get()).isNotBlank().doesNotContain("\n").doesNotEndWith(".");
              assertThatThrownBy(() -> Combinations.check(method, scope, kind))
                  .isInstanceOf(PruneException.class)
                  .hasMessageContaining(method.label())
                  .hasMessageContaining(reason.get());
            } else {
              run++;
              runs(network, new Calibration(samples, 5), method, scope, kind);
            }
          }
        }
      }
    }
    // taylor goes with units alone; 2:4 with one scope and the schedules that don't grow.
    assertThat(run).isEqualTo((5 * 3 + 1) * 3 * 5 + 5 * 3);
    assertThat(refused).isEqualTo(6 * 4 * 3 * 5 - run);
  }

  /**
   * All updates of a schedule of two steps and two rounds, the masks of one going into the next.
   */
  private static void runs(
      Network network, Calibration calibration, Method method, Scope scope, Schedule.Kind kind) {
    Map<String, Double> fractions = scope == Scope.FRACTIONS ? Map.of("fc1", 0.25) : Map.of();
    Pruning target = new Pruning(method, scope, 0.5, Selection.COUNT, true, Set.of(), fractions, 3);
    Schedule schedule = new Schedule(kind, 0.1, 3, 0, 2L, 1, 2, Schedule.Rewind.NONE, 1);
    List<Pruning> updates = new ArrayList<>();
    if (kind == Schedule.Kind.ITERATIVE) {
      updates.addAll(List.of(target.after(schedule, 1), target.after(schedule, 2)));
    } else {
      for (long step = 0; step <= 2; step++) {
        if (schedule.updatesAt(step)) {
          updates.add(target.at(schedule, step));
        }
      }
    }
    String what = method.label() + ", " + scope + ", " + kind + ", seed " + Draw.SEED;
    assertThat(updates).as(what).isNotEmpty().last().isEqualTo(target);
    List<LayerMasks> masks = null;
    try {
      for (Pruning update : updates) {
        List<LayerMasks> next = update.masks(network, calibration, masks);
        if (masks != null) {
          LayerMasks.close(masks);
        }
        masks = next;
      }
      assertThat(masks).as(what).hasSize(2).doesNotContainNull();
      int zeros = 0;
      for (LayerMasks own : masks) {
        for (byte flag : own.weights().read()) {
          zeros += flag == 0 ? 1 : 0;
        }
      }
      assertThat(zeros).as("pruned by %s", what).isBetween(12, 60);
    } finally {
      LayerMasks.close(masks);
    }
  }

  @Test
  void the_table_in_the_docs_is_what_the_program_does() throws IOException {
    String page = Files.readString(Path.of("docs/pruning.md"));
    assertThat(page).contains(table());
  }

  @Test
  void a_combination_is_refused_only_where_a_cell_of_the_table_is() {
    for (Method method : methods()) {
      for (Scope scope : Scope.values()) {
        for (Schedule.Kind kind : Schedule.Kind.values()) {
          boolean cells =
              Combinations.refusal(method, scope, Schedule.Kind.ONE_SHOT).isPresent()
                  || Combinations.refusal(method, Scope.LAYER, kind).isPresent();
          assertThat(Combinations.refusal(method, scope, kind).isPresent()).isEqualTo(cells);
        }
      }
    }
  }

  /** A row per method, a column per scope and per schedule, and the reasons below. */
  private static String table() {
    List<String> reasons = new ArrayList<>();
    StringBuilder rows = new StringBuilder("| method |");
    for (Scope scope : Scope.values()) {
      rows.append(' ').append(scope.name().toLowerCase(Locale.ROOT)).append(" |");
    }
    for (Schedule.Kind kind : Schedule.Kind.values()) {
      rows.append(' ').append(kind.label()).append(" |");
    }
    rows.append("\n|---").append("|---".repeat(8)).append("|\n");
    for (Method method : methods()) {
      rows.append("| `").append(method.label()).append("` |");
      for (Scope scope : Scope.values()) {
        cell(rows, reasons, Combinations.refusal(method, scope, Schedule.Kind.ONE_SHOT));
      }
      for (Schedule.Kind kind : Schedule.Kind.values()) {
        cell(rows, reasons, Combinations.refusal(method, Scope.LAYER, kind));
      }
      rows.append('\n');
    }
    return rows
        + "\n"
        + reasons.stream()
            .map(reason -> (reasons.indexOf(reason) + 1) + ". " + reason + "\n")
            .collect(Collectors.joining());
  }

  private static void cell(StringBuilder rows, List<String> reasons, Optional<String> refusal) {
    refusal.filter(reason -> !reasons.contains(reason)).ifPresent(reasons::add);
    rows.append(' ')
        .append(refusal.map(reason -> "no: " + (reasons.indexOf(reason) + 1)).orElse("runs"))
        .append(" |");
  }
}
