package org.prunecl.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.prunecl.Progress;

final class ProgressTest {
  private static final long SECOND = 1_000_000_000L;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void lines_come_at_every_tenth() {
    try (Progress progress = new LineProgress(err, () -> 0)) {
      progress.start("Training", 20);
      for (int step = 1; step <= 20; step++) {
        progress.update(step, step == 20 ? "loss 0.5" : "");
      }
    }
    assertThat(shown().lines()).hasSize(10);
    assertThat(shown().lines().toList().get(0)).isEqualTo("Training: 2/20, 0 s, about 0 s left");
    assertThat(shown()).endsWith("Training: 20/20, 0 s, loss 0.5" + System.lineSeparator());
  }

  @Test
  void lines_come_when_nothing_was_shown_for_ten_seconds() {
    AtomicLong now = new AtomicLong(5 * SECOND);
    Progress progress = new LineProgress(err, now::get);
    progress.start("Timing", 1000);
    now.addAndGet(9 * SECOND);
    progress.update(9, "");
    assertThat(shown()).isEmpty();
    now.addAndGet(SECOND);
    progress.update(10, "csr");
    assertThat(shown().lines()).containsExactly("Timing: 10/1000, 10 s, about 990 s left, csr");
    progress.update(11, "");
    assertThat(shown().lines()).hasSize(1);
  }

  @Test
  void a_next_task_starts_from_nothing() {
    Progress progress = new LineProgress(err, () -> 0);
    progress.start("First", 2);
    progress.update(2, "");
    progress.start("Second", 2);
    progress.update(1, "");
    progress.close();
    progress.update(2, "");
    assertThat(shown().lines())
        .containsExactly("First: 2/2, 0 s", "Second: 1/2, 0 s, about 0 s left");
  }

  @Test
  void a_task_of_no_steps_is_done_at_once() {
    Progress progress = new LineProgress(err, () -> 0);
    progress.start("Nothing", 0);
    progress.update(0, "");
    assertThat(shown().lines()).containsExactly("Nothing: 0/0, 0 s");
  }

  @Test
  void a_bar_shows_the_task_and_how_far_it_is() {
    try (Progress progress = ProgressDisplay.BAR.open(err)) {
      progress.start("Training", 40);
      progress.update(10, "");
      progress.start("Timing", 4);
      progress.update(4, "");
    }
    assertThat(shown()).contains("Training").contains("10/40").contains("Timing").contains("4/4");
  }

  @Test
  void no_display_shows_nothing() {
    try (Progress progress = ProgressDisplay.NONE.open(err)) {
      progress.start("Training", 2);
      progress.update(2, "x");
    }
    assertThat(shown()).isEmpty();
  }

  @Test
  void without_a_terminal_auto_shows_lines() {
    try (Progress progress = ProgressDisplay.AUTO.open(err)) {
      assertThat(progress).isInstanceOf(LineProgress.class);
    }
  }

  @ParameterizedTest
  @EnumSource(ProgressDisplay.class)
  void standard_output_stays_untouched_and_order_of_calls_does_not_matter(ProgressDisplay display) {
    PrintStream out = System.out;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
      Progress progress = display.open(err);
      progress.update(1, "before the first task");
      progress.start("Task", 10);
      progress.update(10, "note");
      progress.close();
      progress.close();
    } finally {
      System.setOut(out);
    }
    assertThat(captured.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(shown()).doesNotContain("before the first task");
  }

  @Test
  void displays_are_called_as_the_option_names_them() {
    assertThat(ProgressDisplay.values())
        .extracting(ProgressDisplay::toString)
        .containsExactly("auto", "bar", "line", "none");
  }

  private String shown() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
