package org.prunecl.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.prunecl.lab.BenchResults;
import org.prunecl.lab.BenchResults.AgainstBest;
import org.prunecl.lab.BenchResults.Case;
import org.prunecl.lab.BenchResults.ShapeCrossover;

final class BenchReportTest {
  private static final Case DENSE = Benches.one(1000, 784, 128, 0.9, "dense", 1.25, 1.25);
  private static final Case CSR = Benches.one(1000, 784, 128, 0.9, "csr", 0.5, 1.25);
  private static final Case SMALL_DENSE = Benches.one(17, 9, 1, 0.5, "dense", 0.01, 0.01);
  private static final Case SMALL_CSR = Benches.one(17, 9, 1, 0.5, "csr", 0.02, 0.01);

  private static final BenchResults BENCH =
      Benches.results(
          List.of(
              Benches.one(1000, 784, 128, 0.5, "dense", 1.5, 1.5),
              Benches.one(1000, 784, 128, 0.5, "csr", 3, 1.5),
              DENSE,
              CSR,
              Benches.auto(CSR, new AgainstBest("csr", 1.02, 0.97, 1.05)),
              SMALL_DENSE,
              SMALL_CSR,
              Benches.auto(SMALL_CSR, new AgainstBest("dense", 2, 1.8, 2.2))),
          new ShapeCrossover(1000, 784, 128, "csr", 0.713, 0.69, 0.742),
          new ShapeCrossover(17, 9, 1, "csr", null, null, null));

  @Test
  void the_report_has_a_line_per_case_and_the_crossovers_and_choices_below() {
    assertThat(BenchReport.text(BENCH, false))
        .isEqualTo(
            """
            pthread-haswell: multiply-add peak 180.0 GFLOP/s.

                                                                                                     95 % interval
            shape     batch  sparsity  execution   median    speed  of peak  dense of peak  speedup      low  high  in theory
                                    %                  ms  GFLOP/s        %              %    times                     times
            -----------------------------------------------------------------------------------------------------------------
            1000x784    128        50  dense        1.500     40.1     89.2           89.2     1.00     1.00  1.00       1.00
            1000x784    128        50  csr          3.000     40.1     22.3           89.2     0.50     0.48  0.53       2.00
            1000x784    128        90  dense        1.250     40.1     89.2           89.2     1.00     1.00  1.00       1.00
            1000x784    128        90  csr          0.500     40.1     22.3           89.2     2.50     2.38  2.63      10.00
            1000x784    128        90  auto (csr)   0.500     40.1     22.3           89.2     2.50     2.38  2.63      10.00
            17x9          1        50  dense        0.010     40.1     89.2           89.2     1.00     1.00  1.00       1.00
            17x9          1        50  csr          0.020     40.1     22.3           89.2     0.50     0.48  0.53       2.00
            17x9          1        50  auto (csr)   0.020     40.1     22.3           89.2     0.50     0.48  0.53       2.00

            1000x784, batch 128: csr beats dense (89 % of peak) from 71 % sparsity on (95 % interval 69 to 74 %).
            17x9, batch 1: csr beats dense (89 % of peak) at no measured sparsity to the last, 50 %.

            auto takes 1.428 times as long as the best single form (geometric mean of 2), at worst 2.00 times (95 % interval 1.80 to 2.20) at 17x9, batch 1, 50 %, where it chose csr and dense was best.
            """);
  }

  @Test
  void cold_weights_have_columns_of_their_own() {
    BenchResults cold = Benches.results(List.of(Benches.cold(DENSE, 1.5), Benches.cold(CSR, 0.5)));
    assertThat(BenchReport.text(cold, false))
        .endsWith(
            """
                                                                                                    95 % interval             weights cold
            shape     batch  sparsity  execution  median    speed  of peak  dense of peak  speedup      low  high  in theory  median  speedup
                                    %                 ms  GFLOP/s        %              %    times                     times      ms    times
            ---------------------------------------------------------------------------------------------------------------------------------
            1000x784    128        90  dense       1.250     40.1     89.2           89.2     1.00     1.00  1.00       1.00   1.500     1.00
            1000x784    128        90  csr         0.500     40.1     22.3           89.2     2.50     2.38  2.63      10.00   0.500     3.00
            """);
  }

  @Test
  void a_crossover_says_what_is_known_of_its_ends() {
    assertThat(crossover(0.9, 0.9, 0.9))
        .isEqualTo(
            "1000x784, batch 128: csr beats dense (89 % of peak) from 90 % sparsity on, the least"
                + " measured (95 % interval 90 to 90 %).");
    assertThat(crossover(0.95, 0.93, null))
        .endsWith("from 95 % sparsity on (95 % interval from 93 % to none at all).");
    assertThat(crossover(null, 0.93, null))
        .endsWith(
            "at no measured sparsity to the last, 90 % (95 % interval from 93 % to none at all).");
    assertThat(crossover(null, null, null)).endsWith("at no measured sparsity to the last, 90 %.");
    assertThat(crossover(0.95, null, null)).endsWith("on (95 % interval: none at all).");
  }

  private static String crossover(Double sparsity, Double low, Double high) {
    String text =
        BenchReport.text(
            Benches.results(
                List.of(DENSE, CSR),
                new ShapeCrossover(1000, 784, 128, "csr", sparsity, low, high)),
            false);
    return text.lines().reduce((first, second) -> second).orElseThrow();
  }

  @Test
  void a_matrix_of_zeros_has_no_theoretical_speedup() {
    Case dense = Benches.one(17, 9, 1, 1, "dense", 0.01, 0.01);
    Case csr = Benches.one(17, 9, 1, 1, "csr", 0.005, 0.01);
    assertThat(BenchReport.text(Benches.results(List.of(dense, csr)), false))
        .endsWith(" 2.10          -\n");
  }

  @Test
  void gains_are_green_when_asked() {
    assertThat(BenchReport.text(BENCH, true))
        .contains("\u001B[32m2.50\u001B[0m")
        .doesNotContain("\u001B[32m0.50")
        .doesNotContain("\u001B[32m1.00");
  }

  @Test
  void a_case_without_dense_beside_it_is_refused() {
    assertThatThrownBy(() -> BenchReport.text(Benches.results(List.of(DENSE, SMALL_CSR)), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no dense case");
  }
}
