package org.prunecl.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Schedules against golden values of an independent script, step by step. */
final class ScheduleTest {
  private static Schedule schedule(
      Schedule.Kind kind, double initial, double power, long begin, Long end, int frequency) {
    return new Schedule(kind, initial, power, begin, end, frequency, 3, Schedule.Rewind.NONE, 1);
  }

  private static List<String> golden() throws IOException {
    try (InputStream in = ScheduleTest.class.getResourceAsStream("/prune/schedules.csv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  @Test
  void golden_schedule_values_match_the_formula_at_every_step() throws IOException {
    List<String> lines = golden();
    assertThat(lines).hasSize(864 + 820 + 353 + 30 + 140 + 225);
    for (String line : lines) {
      String[] cell = line.split(",", -1);
      double target = Double.parseDouble(cell[2]);
      Schedule schedule =
          schedule(
              Schedule.Kind.valueOf(cell[0].toUpperCase(Locale.ROOT)),
              Double.parseDouble(cell[1]),
              Double.parseDouble(cell[3]),
              Long.parseLong(cell[4]),
              Long.parseLong(cell[5]),
              Integer.parseInt(cell[6]));
      long step = Long.parseLong(cell[7]);
      double sparsity = schedule.sparsityAt(step, target);
      assertThat(sparsity).as(line).isCloseTo(Double.parseDouble(cell[8]), within(1e-15));
      assertThat(schedule.updatesAt(step)).as(line).isEqualTo(cell[9].equals("1"));
      int[] sizes = {108, 20280};
      for (int i = 0; i < sizes.length; i++) {
        assertThat(sizes[i] - Selection.ROUND.count(sizes[i], sparsity))
            .as("%s: kept of %d", line, sizes[i])
            .isEqualTo(Long.parseLong(cell[10 + i]));
      }
    }
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/prune/rounded.csv", encoding = "UTF-8")
  void what_is_kept_is_rounded_half_to_even_and_at_least_one(int n, double sparsity, long kept) {
    assertThat(n - Selection.ROUND.count(n, sparsity)).isEqualTo(kept);
  }

  @Test
  void an_end_that_is_open_is_the_last_step_of_training() {
    Schedule open = schedule(Schedule.Kind.POLYNOMIAL, 0.5, 3, 0, null, 100);
    assertThatThrownBy(() -> open.updatesAt(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> open.sparsityAt(0, 0.8)).isInstanceOf(IllegalStateException.class);
    Schedule whole = open.of(844);
    assertThat(updates(whole, 900))
        .containsExactly(0L, 100L, 200L, 300L, 400L, 500L, 600L, 700L, 800L, 844L);
    assertThat(whole.sparsityAt(844, 0.8)).isEqualTo(0.8);
    Schedule fixed = schedule(Schedule.Kind.POLYNOMIAL, 0.5, 3, 0, 250L, 100).of(844);
    assertThat(updates(fixed, 900)).containsExactly(0L, 100L, 200L, 250L);
    // A training that ends before the first update still ends pruned.
    assertThat(updates(schedule(Schedule.Kind.CONSTANT, 0, 3, 50, null, 10).of(20), 60))
        .containsExactly(50L);
  }

  private static List<Long> updates(Schedule schedule, long steps) {
    return LongStream.rangeClosed(0, steps).filter(schedule::updatesAt).boxed().toList();
  }

  @Test
  void one_update_before_training_or_after_it_prunes_the_whole_share() {
    assertThat(updates(schedule(Schedule.Kind.AT_INIT, 0, 3, 0, null, 1).of(30), 40))
        .containsExactly(0L);
    assertThat(updates(Schedule.ONE_SHOT.of(30), 40)).containsExactly(30L);
    assertThat(Schedule.ONE_SHOT.sparsityAt(0, 0.7)).isEqualTo(0.7);
  }

  @Test
  void rounds_prune_the_same_share_of_what_is_left() {
    Schedule schedule = schedule(Schedule.Kind.ITERATIVE, 0, 3, 0, null, 1);
    assertThat(schedule.sparsityAfter(0, 0.875)).isZero();
    assertThat(schedule.sparsityAfter(1, 0.875)).isCloseTo(0.5, within(1e-15));
    assertThat(schedule.sparsityAfter(2, 0.875)).isCloseTo(0.75, within(1e-15));
    assertThat(schedule.sparsityAfter(3, 0.875)).isEqualTo(0.875);
    assertThat(schedule.sparsityAfter(3, 0.9)).isEqualTo(0.9);
    assertThat(schedule.sparsityAfter(3, 1)).isEqualTo(1);
  }

  @Test
  void what_is_out_of_range_is_refused() {
    Schedule.Kind kind = Schedule.Kind.POLYNOMIAL;
    assertThatThrownBy(() -> schedule(kind, 1.1, 3, 0, null, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> schedule(kind, 0, 0, 0, null, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> schedule(kind, 0, 3, -1, null, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> schedule(kind, 0, 3, 10, 9L, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> schedule(kind, 0, 3, 0, null, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource
  void kinds_are_named_as_in_recipes(Schedule.Kind kind) {
    assertThat(kind.label()).isIn("one_shot", "at_init", "constant", "polynomial", "iterative");
  }
}
