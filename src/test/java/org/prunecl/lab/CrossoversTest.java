package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CrossoversTest {
  /** Pairs of sparsity and speedup. */
  private static List<Crossovers.Point> points(double... pairs) {
    List<Crossovers.Point> points = new ArrayList<>();
    for (int i = 0; i < pairs.length; i += 2) {
      points.add(new Crossovers.Point(pairs[i], pairs[i + 1]));
    }
    return points;
  }

  @Test
  void it_lies_where_the_line_between_two_measured_points_crosses_one() {
    // From 0.8 at 50 % to 1.3 at 60 %: two fifths of the way.
    assertThat(Crossovers.of(points(0, 0.3, 0.5, 0.8, 0.6, 1.3, 0.9, 3)))
        .isCloseTo(0.54, within(1e-12));
  }

  @Test
  void a_form_that_is_never_faster_at_the_largest_sparsity_has_none() {
    assertThat(Crossovers.of(points(0, 0.3, 0.5, 0.8, 0.99, 0.9))).isNull();
    assertThat(Crossovers.of(points(0, 2, 0.5, 2, 0.99, 0.9))).isNull();
    assertThat(Crossovers.of(points(0.5, 0.9, 0.9, 1))).isNull();
    assertThat(Crossovers.of(points())).isNull();
  }

  @Test
  void a_form_that_is_always_faster_wins_from_the_smallest_measured_sparsity() {
    assertThat(Crossovers.of(points(0.25, 1.1, 0.5, 1.2))).isEqualTo(0.25);
    assertThat(Crossovers.of(points(0.9, 1.01))).isEqualTo(0.9);
  }

  @Test
  void it_lies_beyond_the_last_point_that_is_not_faster() {
    assertThat(Crossovers.of(points(0.2, 1.5, 0.4, 0.9, 0.6, 1.5, 0.8, 0.5, 0.9, 1.5)))
        .isCloseTo(0.85, within(1e-12));
  }

  @Test
  void a_point_as_fast_as_dense_is_where_it_begins() {
    assertThat(Crossovers.of(points(0.5, 1, 0.7, 2))).isEqualTo(0.5);
  }

  @Test
  void the_order_of_the_points_is_irrelevant() {
    assertThat(Crossovers.of(points(0.9, 3, 0, 0.3, 0.6, 1.3, 0.5, 0.8)))
        .isCloseTo(0.54, within(1e-12));
  }
}
