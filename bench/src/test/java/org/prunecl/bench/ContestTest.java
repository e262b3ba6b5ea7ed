package org.prunecl.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.prunecl.PruneClException.Kind;

class ContestTest {
  private static final Rounds ROUNDS = new Rounds(3, 3, 0);
  private static final GemmSuite SUITE = new GemmSuite();
  private static final Case SMALLEST = SUITE.cases(List.of(1)).get(4);

  @TempDir Path folder;

  private List<Measured> run(FakeSide ours, List<Side> peers, List<String> reasons)
      throws IOException {
    return new Contest(ours, Map.of(Peer.OPENBLAS, peers), Map.of(Peer.OPENBLAS, reasons), folder)
        .run(SUITE, SMALLEST, ROUNDS, 1);
  }

  @Test
  void a_peer_whose_output_differs_ends_the_run_before_anything_is_timed() {
    FakeSide ours = new FakeSide("ours", 1000, 1f, 2f);
    FakeSide wrong = new FakeSide("OpenBLAS wrong", 1000, 1f, 2.001f);

    assertThatThrownBy(() -> run(ours, List.of(wrong), List.of()))
        .isInstanceOfSatisfying(BenchException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RUN))
        .hasMessageContaining("OpenBLAS wrong")
        .hasMessageContaining("2.0 and 2.001");
    assertThat(ours.events).doesNotContain("run");
    assertThat(wrong.events).doesNotContain("run");
  }

  @Test
  void an_output_that_is_not_a_number_differs() {
    assertThatThrownBy(
            () ->
                run(
                    new FakeSide("ours", 1000, 1f),
                    List.of(new FakeSide("NaN", 1000, Float.NaN)),
                    List.of()))
        .isInstanceOf(BenchException.class);
  }

  @Test
  void an_output_of_another_size_differs() {
    assertThatThrownBy(
            () ->
                run(
                    new FakeSide("ours", 1000, 1f),
                    List.of(new FakeSide("short", 1000)),
                    List.of()))
        .isInstanceOf(BenchException.class);
  }

  @Test
  void the_fastest_implementation_stands_for_the_peer() throws IOException {
    List<Measured> results =
        run(
            new FakeSide("ours", 2000, 1f),
            List.of(new FakeSide("slow", 5000, 1f), new FakeSide("fast", 3000, 1f)),
            List.of());

    assertThat(results).hasSize(1);
    Row row = results.get(0).row(0.001);
    assertThat(row.oursMs()).isEqualTo(0.002, within(1e-12));
    assertThat(row.peerMs()).isEqualTo(0.003, within(1e-12));
    assertThat(row.ratio()).isEqualTo(1.5, within(1e-9));
    assertThat(row.shareOfLimit()).isEqualTo(0.5, within(1e-9));
    assertThat(results.get(0).note()).isEqualTo("fast (slow 0.0050)");
  }

  @Test
  void a_peer_that_can_not_be_had_leaves_a_row_that_says_why() throws IOException {
    List<Measured> results =
        run(new FakeSide("ours", 2000, 1f), List.of(), List.of("OpenBLAS: no such artifact"));

    Row row = results.get(0).row(0.001);
    assertThat(row.ratio()).isNull();
    assertThat(row.peerMs()).isNull();
    assertThat(Table.lines(List.of(row), results).get(1)).contains("OpenBLAS: no such artifact");
  }

  @Test
  void sides_take_turns_and_each_rests_before_the_next_begins() {
    FakeSide ours = new FakeSide("ours", 1_000_000, 1f);
    FakeSide theirs = new FakeSide("theirs", 3_000_000, 1f);

    List<double[]> series = new Rounds(2, 9, 0.1).alternate(List.of(ours, theirs), 5);

    // A round takes 20 ms: five fill the 0.1 s. One more turn comes before.
    assertThat(series.get(0)).containsOnly(1.0).hasSize(5);
    assertThat(series.get(1)).containsOnly(3.0).hasSize(5);
    assertThat(ours.events).hasSize(12).startsWith("run", "rest", "run", "rest");
  }

  @Test
  void rounds_are_never_fewer_than_the_least_nor_more_than_the_most() {
    FakeSide slow = new FakeSide("slow", 1_000_000_000, 1f);
    FakeSide quick = new FakeSide("quick", 1, 1f);

    assertThat(new Rounds(4, 9, 0.1).alternate(List.of(slow), 1).get(0)).hasSize(4);
    assertThat(new Rounds(4, 9, 0.1).alternate(List.of(quick), 1).get(0)).hasSize(9);
  }
}
