package org.prunecl.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.prunecl.lab.BenchResults;
import org.prunecl.lab.BenchResults.Case;
import org.prunecl.lab.BenchResults.ShapeCrossover;

final class BenchReportTest {
  private static final BenchResults BENCH =
      new BenchResults(
          1,
          Sweeps.DEVICE,
          180,
          List.of(
              new Case(1000, 784, 128, 0.9, "dense", 1.25, 1.2, 1.3, null, 160.6, 0.892),
              new Case(1000, 784, 128, 0.9, "csr", 0.5, 0.45, 0.625, 0.4, 40.1, 0.223),
              new Case(1000, 784, 128, 0.5, "csr", 2.5, 2.4, 2.6, null, 40.1, 0.223),
              new Case(17, 9, 1, 0.5, "csr", 0.011, 0.01, 0.012, null, 0.01, 0.0001)),
          List.of(
              new ShapeCrossover(1000, 784, 128, "csr", 0.713),
              new ShapeCrossover(17, 9, 1, "csr", null)));

  @Test
  void the_report_has_a_line_per_case_and_the_crossovers_below() {
    assertThat(BenchReport.text(BENCH, false))
        .isEqualTo(
            """
            pthread-haswell: multiply-add peak 180.0 GFLOP/s.

            shape     batch  sparsity  execution  median    low   high    speed  of peak  against dense
                                    %                 ms     ms     ms  GFLOP/s        %          times
            -------------------------------------------------------------------------------------------
            1000x784    128        90  dense       1.250  1.200  1.300    160.6     89.2           1.00
            1000x784    128        90  csr         0.500  0.450  0.625     40.1     22.3           2.50
            1000x784    128        50  csr         2.500  2.400  2.600     40.1     22.3           0.50
            17x9          1        50  csr         0.011  0.010  0.012      0.0      0.0              -

            1000x784 at batch 128: csr is faster than dense from 71.3 % sparsity.
            17x9 at batch 1: csr is faster than dense from no measured sparsity on (up to 50 %).
            """);
  }

  @Test
  void gains_are_green_when_asked() {
    assertThat(BenchReport.text(BENCH, true))
        .contains("\u001B[32m2.50\u001B[0m")
        .doesNotContain("\u001B[32m0.50")
        .doesNotContain("\u001B[32m1.00");
  }
}
