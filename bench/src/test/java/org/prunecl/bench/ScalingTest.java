package org.prunecl.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScalingTest {
  private static final List<Integer> BATCHES = List.of(128, 256, 512, 1024, 2048, 4096);
  private static final ScalingSuite SUITE = new ScalingSuite();

  @TempDir Path folder;

  private static Row row(Case one, double ms) {
    return Measured.alone(one, Alone.of(new double[] {ms})).row(Double.NaN);
  }

  /** Rows of all cases; a product at 100 Gflop/s times the factor of its width. */
  private static List<Row> rows(DoubleUnaryOperator factor, DoubleUnaryOperator stepMs) {
    List<Row> rows = new ArrayList<>();
    for (Case one : SUITE.cases(BATCHES)) {
      boolean product = one.work().equals("gemm");
      double ms =
          product
              ? one.mflop() / (100 * factor.applyAsDouble(Integer.parseInt(one.words().get(1))))
              : stepMs.applyAsDouble(one.batch());
      rows.add(row(one, ms));
    }
    return rows;
  }

  private static List<Boolean> judged(List<Row> rows) {
    return SUITE.verdicts(rows, SUITE.cases(BATCHES)).stream().map(Verdict::holds).toList();
  }

  @Test
  void layers_as_efficient_as_the_first_and_steps_on_a_line_hold() {
    List<Row> rows = rows(width -> width > 1024 ? 0.91 : 1, batch -> 2 + 0.07 * batch);

    assertThat(judged(rows)).containsExactly(true, true, true, true);
    assertThat(SUITE.verdicts(rows, SUITE.cases(BATCHES)).get(0).text())
        .endsWith("forward (forward 2048x2048 batch 128) 0.910, bar 0.90, 3 cases");
  }

  @Test
  void one_layer_that_loses_more_than_a_tenth_misses() {
    assertThat(judged(rows(width -> width == 8192 ? 0.89 : 1, batch -> batch)))
        .containsExactly(false, false, false, true);
    // Faster than the first is no miss.
    assertThat(judged(rows(width -> width / 1024.0, batch -> batch)))
        .containsExactly(true, true, true, true);
  }

  @Test
  void steps_that_grow_faster_than_the_batch_miss() {
    // Twice the time per sample from the smallest to the largest batch.
    assertThat(judged(rows(width -> 1, batch -> batch * (1 + batch / 4096))))
        .containsExactly(true, true, true, false);
    // A single batch that falls out of the line.
    assertThat(judged(rows(width -> 1, batch -> batch == 1024 ? 1.4 * batch : batch)))
        .containsExactly(true, true, true, false);
  }

  @Test
  void without_the_first_layer_or_a_third_batch_there_is_nothing_to_judge() {
    List<Case> cases = SUITE.cases(BATCHES);
    List<Row> rows = rows(width -> 1, batch -> batch);
    List<Row> larger = rows.stream().filter(row -> row.name().contains("4096x4096")).toList();
    List<Row> two =
        rows.stream().filter(row -> row.name().matches("step batch (128|256)")).toList();

    assertThat(larger).hasSize(3);
    assertThat(SUITE.verdicts(larger, cases)).isEmpty();
    assertThat(two).hasSize(2);
    assertThat(SUITE.verdicts(two, cases)).isEmpty();
    assertThat(SUITE.verdicts(List.of(), cases)).isEmpty();
  }

  @Test
  void a_line_is_found_again_and_what_lies_off_it_measured() {
    List<Line.Point> points =
        List.of(new Line.Point(1, 5), new Line.Point(2, 7), new Line.Point(10, 23));
    Line line = Line.through(points);

    assertThat(line.offset()).isEqualTo(3, within(1e-9));
    assertThat(line.slope()).isEqualTo(2, within(1e-9));
    assertThat(line.largestDeviation(points)).isEqualTo(0, within(1e-9));
    assertThat(line.largestDeviation(List.of(new Line.Point(1, 6), new Line.Point(2, 6))))
        .isEqualTo(0.2, within(1e-9));
  }

  @Test
  void a_quick_run_leaves_the_largest_layers_out() {
    assertThat(SUITE.quickCases(List.of(128)))
        .extracting(Case::name)
        .containsExactly(
            "forward 1024x1024 batch 128",
            "forward 2048x2048 batch 128",
            "input-gradient 1024x1024 batch 128",
            "input-gradient 2048x2048 batch 128",
            "weight-gradient 1024x1024 batch 128",
            "weight-gradient 2048x2048 batch 128",
            "step batch 128");
  }

  @Test
  void a_case_without_peers_leaves_a_row_with_our_figures_alone() throws IOException {
    FakeSide ours = new FakeSide("ours", 2_000_000, 1f);
    Case smallest = SUITE.cases(List.of(128)).get(0);

    List<Measured> results =
        new Contest(ours, Map.of(), Map.of(), folder).run(SUITE, smallest, new Rounds(3, 3, 0), 1);

    assertThat(results).hasSize(1);
    Row row = results.get(0).row(1);
    assertThat(row.suite()).isEqualTo("scaling");
    assertThat(row.oursMs()).isEqualTo(2, within(1e-9));
    assertThat(row.shareOfLimit()).isEqualTo(0.5, within(1e-9));
    assertThat(row.peer()).isNull();
    assertThat(row.ratio()).isNull();
    assertThat(Table.lines(List.of(row), results).get(1))
        .endsWith("quartiles 2.000, 2.000; 3 runs");
  }
}
