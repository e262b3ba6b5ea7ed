package org.prunecl.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.prunecl.lab.TuneResults;
import org.prunecl.lab.TuneResults.Choice;
import org.prunecl.lab.TuneResults.Refusal;

final class TuneReportTest {
  private static final Map<String, Object> TILE = new LinkedHashMap<>();

  static {
    TILE.put("rows", 4);
    TILE.put("vectors", 2);
  }

  private static final TuneResults RESULTS =
      new TuneResults(
          1,
          Sweeps.DEVICE,
          List.of(
              new Choice(
                  "NN 1024x128x1024",
                  1000,
                  128,
                  784,
                  12,
                  true,
                  TILE,
                  2,
                  1.9,
                  2.1,
                  1.6,
                  1.5,
                  1.7,
                  1.25),
              new Choice(
                  "NT 16x16x1", 10, 20, 1, 11, false, TILE, 0.05, 0.04, 0.06, 0.05, 0.04, 0.06, 1)),
          List.of(new Refusal("NT 16x16x1", TILE, "wrong result: 1.0 where 2.0 is right")),
          "tuning/some-cpu.json");

  @Test
  void the_report_has_a_line_per_class_and_what_was_passed_over() {
    assertThat(TuneReport.text(RESULTS, false))
        .isEqualTo(
            """
            pthread-haswell: 1 of 2 classes of products run clearly faster with other parameters than the default's.

            product           default   best    low   high   gain  parameters
                                   ms     ms     ms     ms  times
            ------------------------------------------------------------------------
            NN 1024x128x1024    2.000  1.600  1.500  1.700   1.25  rows 4, vectors 2
            NT 16x16x1          0.050  0.050  0.040  0.060   1.00  default

            Passed over for NT 16x16x1: rows 4, vectors 2: wrong result: 1.0 where 2.0 is right

            Use them with --tuned. Stored in tuning/some-cpu.json
            """);
  }

  @Test
  void gains_are_green_when_asked() {
    assertThat(TuneReport.text(RESULTS, true))
        .contains("\u001B[32m1.25\u001B[0m")
        .doesNotContain("\u001B[32m1.00");
  }
}
