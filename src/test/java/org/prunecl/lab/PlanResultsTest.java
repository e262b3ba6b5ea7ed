package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.prunecl.nn.Form;
import org.prunecl.nn.LayerShape;

/** Speedups and shares of the limit, worked out by hand. */
final class PlanResultsTest {
  private static final DeviceInfo DEVICE = new DeviceInfo("Platform", "Some CPU", "1.0", "cpu", 2);
  private static final Map<String, Double> TIMES =
      Map.of("dense", 8.0, "dense-columns", 5.0, "csr", 4.0, "columns", 2.0);

  private static LayerPlan plan(Form form, double sparsity, double zeros) {
    return new LayerPlan(
        "fc1", new LayerShape(1000, 500, null), sparsity, zeros, form, TIMES, false);
  }

  @Test
  void a_speedup_is_over_the_faster_dense_form() {
    assertThat(plan(Form.COLUMNS, 0.9, 0.5).speedup()).isEqualTo(2.5);
    assertThat(plan(Form.DENSE_COLUMNS, 0.9, 0.5).speedup()).isEqualTo(1);
    assertThat(plan(Form.DENSE_COLUMNS, 0.9, 0.5).sparseSpeedup()).isEqualTo(2.5);
  }

  @Test
  void the_limit_is_of_what_the_form_executes() {
    PlanResults results =
        PlanResults.of(
            DEVICE,
            4,
            10,
            List.of(
                plan(Form.DENSE, 0.9, 0.5),
                plan(Form.DENSE_COLUMNS, 0.9, 0.5),
                plan(Form.CSR, 0.9, 0.5),
                plan(Form.COLUMNS, 0.9, 0.5)),
            Arrays.asList(0.25, null, 0.25, null),
            new Launches(3, 4, 2));
    assertThat(results.layersMs()).isEqualTo(3);
    assertThat(results.oneLaunchMs()).isEqualTo(2);
    // 2 · 1000 · 500 · 4 = 4 Mflop, which at 10 GFLOP/s take 0.4 ms.
    double[] expected = {0.4 / 8, 0.2 / 5, 0.04 / 4, 0.02 / 2};
    for (int i = 0; i < expected.length; i++) {
      assertThat(results.layers().get(i).shareOfLimit()).isCloseTo(expected[i], within(1e-12));
    }
    assertThat(results.layers())
        .extracting(PlanResults.Layer::form)
        .containsExactly("dense", "dense-columns", "csr", "columns");
    assertThat(results.layers())
        .extracting(PlanResults.Layer::crossover)
        .containsExactly(0.25, null, 0.25, null);
  }
}
