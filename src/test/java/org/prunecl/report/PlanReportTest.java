package org.prunecl.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.prunecl.lab.PlanResults;
import org.prunecl.lab.PlanResults.Layer;

final class PlanReportTest {
  static final PlanResults RESULTS =
      new PlanResults(
          1,
          Sweeps.DEVICE,
          1,
          1234.4,
          List.of(
              new Layer(
                  "fc1",
                  1000,
                  784,
                  1,
                  0.9,
                  0.496,
                  "sliced",
                  2.5,
                  0.0349,
                  0.6543,
                  Map.of("dense", 0.05, "dense-columns", 0.06, "sliced", 0.02)),
              new Layer(
                  "fc2",
                  10,
                  1000,
                  1,
                  0,
                  0.72,
                  "dense-columns",
                  1,
                  0.123,
                  null,
                  Map.of("dense", 0.004, "dense-columns", 0.003))),
          null,
          null);

  private static final String TEXT =
      """
      pthread-haswell, batch 1, peak 1,234 GFLOP/s; times are medians of one product in each form, ms

      layer  shape     sparsity  zero inputs  form           speedup  of limit  crossover  dense  sliced  dense-columns
                              %            %                   times         %          %     ms      ms             ms
      -----------------------------------------------------------------------------------------------------------------
      fc1    1000x784      90.0           50  sliced            2.50         3       65.4  0.050   0.020          0.060
      fc2    10x1000        0.0           72  dense-columns     1.00        12          -  0.004       -          0.003

      fc1: sliced, 2.50 times faster than dense; sparse pays from 65 % sparsity on.
      fc2: dense-columns, no sparse form is faster; at no sparsity tried does a sparse form stay faster.
      """;

  @Test
  void the_report_has_a_line_per_layer_with_all_forms_and_then_says_why() {
    assertThat(PlanReport.text(RESULTS, false)).isEqualTo(TEXT);
  }

  @Test
  void single_samples_are_told_whether_one_launch_is_faster_than_one_a_layer() {
    assertThat(PlanReport.text(launched(0.1812, 0.1337), false))
        .isEqualTo(
            TEXT + "All layers run in one launch: 0.134 ms a sample, 0.181 layer by layer.\n");
    assertThat(PlanReport.text(launched(0.1, 0.2), false))
        .isEqualTo(
            TEXT
                + "Each layer has its own launch; all in one would not be faster: 0.200 ms a"
                + " sample, 0.100 layer by layer.\n");
  }

  private static PlanResults launched(double layersMs, double oneLaunchMs) {
    return new PlanResults(
        1, RESULTS.device(), 1, RESULTS.peakGflops(), RESULTS.layers(), layersMs, oneLaunchMs);
  }

  @Test
  void numbers_are_written_alike_whatever_the_users_language() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat(PlanReport.text(RESULTS, false)).isEqualTo(TEXT);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void gains_are_green_when_asked() {
    assertThat(PlanReport.text(RESULTS, true))
        .contains("\u001B[32m2.50\u001B[0m")
        .doesNotContain("\u001B[32m1.00");
  }
}
