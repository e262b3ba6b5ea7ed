package org.prunecl.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartupTest {
  @TempDir Path folder;

  private Program program(String script) throws IOException {
    Path file = folder.resolve("prunecl");
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return new Program(file);
  }

  private static Row row(String name, double ms) {
    Case one = new Case("startup", name, List.of(), 0, 0, 1);
    return Measured.alone(one, Alone.of(new double[] {ms})).row(Double.NaN);
  }

  @Test
  void each_start_is_judged_by_its_own_bar() {
    StartupSuite suite = new StartupSuite();
    List<Row> rows =
        List.of(
            row("devices", 790),
            row("first step, caches warm", 2010),
            row("first step, caches cold", 19_900));

    List<Verdict> verdicts = suite.verdicts(rows, suite.cases(List.of()));

    assertThat(verdicts).extracting(Verdict::holds).containsExactly(true, false, true);
    assertThat(verdicts.get(1).toString())
        .isEqualTo("MISS  startup: seconds to a first step, warm 2.010, at most 2.00, 1 case");
    assertThat(suite.verdicts(rows.subList(0, 1), suite.cases(List.of()))).hasSize(1);
    assertThat(Verdict.atMost("nothing", Double.NaN, 1, 1).holds()).isFalse();
  }

  @Test
  void our_times_alone_are_median_and_quartiles_and_share_no_limit() {
    Alone alone = Alone.of(new double[] {5, 1, 2, 3, 4});
    assertThat(List.of(alone.ms(), alone.low(), alone.high(), alone.best()))
        .containsExactly(3.0, 2.0, 4.0, 1.0);
    assertThat(row("devices", 3).shareOfLimit()).isNull();
    assertThat(row("devices", 3).oursMs()).isEqualTo(3, within(1e-12));
  }

  @Test
  void a_program_is_timed_to_its_end_or_to_a_line_of_its_own() throws IOException {
    assertThat(program("exit 0").nanosToEnd(List.of("x"), Map.of())).isPositive();

    long start = System.nanoTime();
    long nanos =
        program("echo \"got $1 $PLACE\" >&2; exec sleep 60")
            .nanosToLine(List.of("x"), Map.of("PLACE", "here"), "got x here");
    // It was ended, not waited for.
    assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(30));
    assertThat(nanos).isPositive();
  }

  @Test
  void a_program_that_fails_or_never_says_the_line_ends_the_run() {
    assertThatThrownBy(
            () -> program("echo no device >&2; exit 3").nanosToEnd(List.of("x"), Map.of()))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("exit code 3: no device");
    assertThatThrownBy(
            () -> program("echo other >&2").nanosToLine(List.of("x"), Map.of(), "a line"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("exit code 0: other");
  }
}
