package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Against what numpy.percentile(values, [25, 50, 75]) gives (NumPy 1.24.2). */
final class QuartilesTest {
  @Test
  void quartiles_are_numpys() {
    check(new double[] {3}, 3, 3, 3);
    check(new double[] {4, 1}, 1.75, 2.5, 3.25);
    check(new double[] {10, 2, 6}, 4, 6, 8);
    check(new double[] {0.5, 8, 1, 4}, 0.875, 2.5, 5);
    check(new double[] {5, 1, 4, 2, 3}, 2, 3, 4);
    check(new double[] {7, 7, 7, 1, 2, 9, 30, 4, 5, 6}, 4.25, 6.5, 7);
  }

  private static void check(double[] values, double low, double median, double high) {
    Quartiles quartiles = Quartiles.of(values);
    assertThat(quartiles.low()).isCloseTo(low, within(1e-12));
    assertThat(quartiles.median()).isCloseTo(median, within(1e-12));
    assertThat(quartiles.high()).isCloseTo(high, within(1e-12));
  }

  @Test
  void the_values_stay_in_their_order() {
    double[] values = {3, 1, 2};
    Quartiles.of(values);
    assertThat(values).containsExactly(3, 1, 2);
  }

  @Test
  void no_values_have_no_quartiles() {
    assertThatThrownBy(() -> Quartiles.of(new double[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
