package org.prunecl.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.bench.worker.Csr;
import org.prunecl.bench.worker.Floats;
import picocli.CommandLine;

class SparseTest {
  private static final SparseSuite SUITE = new SparseSuite();

  @TempDir Path folder;

  private static Case named(List<Case> cases, String name) {
    return cases.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  private static Row row(Case testCase, Peer peer, double ratio) {
    return new Row(
        "sparse",
        testCase.name(),
        testCase.mflop(),
        1.0,
        peer.label(),
        ratio,
        ratio,
        ratio,
        ratio,
        0.5);
  }

  private static List<Row> rows(List<Case> cases, Peer peer, double ratio) {
    return cases.stream()
        .filter(one -> SUITE.meets(one, peer))
        .map(one -> row(one, peer, ratio))
        .toList();
  }

  private static List<Row> everywhere(List<Case> cases, double ratio) {
    List<Row> rows = new ArrayList<>();
    SUITE.peers().forEach(peer -> rows.addAll(rows(cases, peer, ratio)));
    return rows;
  }

  @Test
  void every_layer_but_the_output_and_the_network_are_measured_at_each_sparsity_and_batch() {
    assertThat(SUITE.cases(List.of(1, 32))).hasSize(2 * 3 * 5).doesNotHaveDuplicates();
    assertThat(SUITE.quickCases(List.of(128)))
        .extracting(Case::name)
        .containsExactly(
            "layer 1000x784 80 % batch 128",
            "layer 1000x1000 80 % batch 128",
            "network 80 % batch 128",
            "layer 1000x784 90 % batch 128",
            "layer 1000x1000 90 % batch 128",
            "network 90 % batch 128",
            "layer 1000x784 95 % batch 128",
            "layer 1000x1000 95 % batch 128",
            "network 95 % batch 128");
    assertThat(SUITE.at(List.of(0.5, 0.995)).quickCases(List.of(1)))
        .extracting(Case::name)
        .contains("network 50 % batch 1", "layer 1000x784 99.5 % batch 1")
        .hasSize(6);
  }

  @Test
  void the_limit_is_that_of_the_work_that_is_left() {
    Case layer = named(SUITE.cases(List.of(32)), "layer 1000x784 95 % batch 32");

    // 5 % of 784,000 weights, two operations for each and sample.
    assertThat(layer.mflop()).isEqualTo(2 * 0.05 * 0.784 * 32, within(1e-9));
    assertThat(SUITE.limitMs(layer, new Limits(100, 1))).isEqualTo(2.5088 / 100, within(1e-9));
  }

  @Test
  void inputs_have_exactly_as_many_zeros_as_the_case_says() throws IOException {
    long seed = new SplittableRandom().nextLong();
    for (Case one : SUITE.at(List.of(0.0, 0.3333, 0.9)).cases(List.of(1, 3))) {
      SUITE.writeInputs(one, folder, new SplittableRandom(seed));
      float[] weights = Floats.read(folder.resolve("weights.f32"));

      assertThat(2e-6 * nonzero(weights, 0, weights.length) * one.batch())
          .as("%s, seed %d", one.name(), seed)
          .isEqualTo(one.mflop(), within(1e-9));
    }
  }

  @Test
  void the_networks_output_layer_stays_dense_and_every_other_loses_the_same_share() {
    long seed = new SplittableRandom().nextLong();
    float[] weights = Mlp.prunedWeights(0.9, new SplittableRandom(seed));

    assertThat(List.of(nonzero(weights, 0, 784_000), nonzero(weights, 784_000, 1_784_000)))
        .as("seed %d", seed)
        .containsExactly(78_400L, 100_000L);
    assertThat(nonzero(weights, weights.length - 2_000, weights.length))
        .as("seed %d", seed)
        .isEqualTo(2_000);
  }

  @Test
  void zeros_are_scattered_over_all_rows_and_columns() {
    long seed = new SplittableRandom().nextLong();
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = Mlp.uniform(400 * 400, -1, 1, random);
    Mlp.scatterZeros(values, 0, values.length, 0.5, random);

    // A quarter of the matrix expects 20,000; seven standard deviations are 700.
    for (int quarter = 0; quarter < 4; quarter++) {
      assertThat(nonzero(values, quarter * 40_000, (quarter + 1) * 40_000))
          .as("seed %d", seed)
          .isBetween(19_300L, 20_700L);
      int from = quarter * 100;
      assertThat(
              IntStream.range(0, values.length)
                  .filter(i -> i % 400 >= from && i % 400 < from + 100 && values[i] != 0)
                  .count())
          .as("seed %d", seed)
          .isBetween(19_300L, 20_700L);
    }
  }

  private static long nonzero(float[] values, int from, int to) {
    return IntStream.range(from, to).filter(i -> values[i] != 0).count();
  }

  @Test
  void rows_compress_to_what_they_hold() {
    Csr csr = Csr.of(3, 4, new float[] {0, 2, 0, -3, 0, 0, 0, 0, 5, 0, 0, 0});

    assertThat(csr.starts()).containsExactly(0, 2, 2, 3);
    assertThat(csr.columnIndices()).containsExactly(1, 3, 0);
    assertThat(csr.values()).containsExactly(2, -3, 5);
  }

  @Test
  void every_bar_can_hold_and_be_missed() {
    List<Case> cases = SUITE.cases(List.of(1, 32, 128));

    assertThat(SUITE.verdicts(everywhere(cases, 5), cases)).hasSize(7).allMatch(Verdict::holds);
    assertThat(SUITE.verdicts(everywhere(cases, 0.99), cases)).hasSize(7).noneMatch(Verdict::holds);
  }

  @Test
  void layers_are_judged_beside_sparse_libraries_at_batches_of_32_and_128_alone() {
    List<Case> cases = SUITE.cases(List.of(1, 32, 128));
    List<Row> rows = new ArrayList<>(rows(cases, Peer.MKL_SPARSE, 1.6));
    rows.replaceAll(row -> row.name().endsWith("batch 1") ? withRatio(row, 0.1) : row);

    List<Verdict> verdicts = SUITE.verdicts(rows, cases);

    // Four layers, three sparsities, two batch sizes.
    assertThat(verdicts).hasSize(2).allMatch(Verdict::holds);
    assertThat(verdicts.get(0).toString())
        .isEqualTo(
            "PASS  sparse: layers, geometric mean beside MKL sparse 1.600, bar 1.50, 24 cases");

    rows.replaceAll(
        row -> row.name().equals("layer 200x500 95 % batch 32") ? withRatio(row, 0.9) : row);
    assertThat(SUITE.verdicts(rows, cases)).extracting(Verdict::holds).containsExactly(true, false);
  }

  private static Row withRatio(Row row, double ratio) {
    return new Row(
        row.suite(),
        row.name(),
        row.mflop(),
        row.oursMs(),
        row.peer(),
        ratio,
        ratio,
        ratio,
        ratio,
        row.shareOfLimit());
  }

  @Test
  void other_sparsities_than_the_bars_are_measured_without_a_verdict() {
    List<Case> cases = SUITE.at(List.of(0.5)).cases(List.of(1, 32, 128));

    assertThat(SUITE.verdicts(everywhere(cases, 0.5), cases)).isEmpty();
  }

  @Test
  void only_the_network_is_put_before_onnx_runtime() throws IOException {
    List<Case> cases = SUITE.quickCases(List.of(1));
    FakeSide ours = new FakeSide("ours", 1000, 1f);
    FakeSide onnx = new FakeSide("ONNX Runtime", 1000, 1f);
    Contest contest = new Contest(ours, Map.of(Peer.ONNX_RUNTIME, List.of(onnx)), Map.of(), folder);
    Rounds rounds = new Rounds(2, 2, 0);

    assertThat(contest.run(SUITE, named(cases, "layer 1000x784 90 % batch 1"), rounds, 1))
        .isEmpty();
    assertThat(onnx.events).isEmpty();
    assertThat(contest.run(SUITE, named(cases, "network 90 % batch 1"), rounds, 1)).hasSize(1);
  }

  @Test
  void a_peer_that_multiplies_other_weights_is_refused() {
    Case layer = named(SUITE.quickCases(List.of(1)), "layer 1000x784 90 % batch 1");
    FakeSide ours = new FakeSide("ours", 1000, 1f, 2f);
    FakeSide wrong = new FakeSide("MKL wrong", 1000, 1f, 2.001f);
    Contest contest = new Contest(ours, Map.of(Peer.MKL_SPARSE, List.of(wrong)), Map.of(), folder);

    assertThatThrownBy(() -> contest.run(SUITE, layer, new Rounds(2, 2, 0), 1))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("MKL wrong disagree: 2.0 and 2.001");
    assertThat(wrong.events).doesNotContain("run");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-0.1", "1", "90", "NaN", "0.9,1.5"})
  void a_sparsity_that_is_no_share_is_refused(String sparsity) {
    Compare compare = new Compare();
    new CommandLine(compare).parseArgs("--suite", "sparse", "--sparsity", sparsity);

    assertThatThrownBy(compare::call)
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("A sparsity outside 0 to 1");
  }
}
