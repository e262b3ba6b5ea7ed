package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.prunecl.testing.Draw;

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

  /** Measured where dense takes 1 and the form what is left of it over a share of its own. */
  private static List<Crossovers.Sample> measured(double crossover, double noise, double... at) {
    Random random = new Random(Draw.SEED);
    List<Crossovers.Sample> samples = new ArrayList<>();
    for (double sparsity : at) {
      List<Double> dense = new ArrayList<>();
      List<Double> form = new ArrayList<>();
      for (int round = 0; round < 30; round++) {
        double machine = Math.exp(0.1 * random.nextGaussian());
        dense.add(machine * Math.exp(noise * random.nextGaussian()));
        form.add(
            machine * (1 - sparsity) / (1 - crossover) * Math.exp(noise * random.nextGaussian()));
      }
      samples.add(
          new Crossovers.Sample(
              sparsity, new Bootstrap.Pairs(dense, form), Double.POSITIVE_INFINITY));
    }
    return samples;
  }

  @Test
  void with_little_noise_the_interval_is_narrow_and_holds_the_crossover() {
    List<Crossovers.Sample> samples = measured(0.44, 0.002, 0.3, 0.4, 0.43, 0.45, 0.5, 0.9);
    Bootstrap.Interval interval = Crossovers.interval(samples, 1);
    assertThat(Crossovers.measured(samples))
        .as("seed %d", Draw.SEED)
        .isCloseTo(0.44, within(0.01))
        .isBetween(interval.low(), interval.high());
    assertThat(interval.low()).as("seed %d", Draw.SEED).isBetween(0.43, 0.44);
    assertThat(interval.high()).as("seed %d", Draw.SEED).isBetween(0.44, 0.45);
  }

  @Test
  void the_same_seed_gives_the_same_interval_of_a_crossover() {
    List<Crossovers.Sample> samples = measured(0.44, 0.05, 0.3, 0.4, 0.5, 0.6);
    assertThat(Crossovers.interval(samples, 3)).isEqualTo(Crossovers.interval(samples, 3));
    assertThat(Crossovers.interval(samples, 3)).isNotEqualTo(Crossovers.interval(samples, 4));
  }

  @Test
  void what_is_far_from_faster_has_neither_crossover_nor_interval() {
    List<Crossovers.Sample> samples = measured(0.95, 0.01, 0.3, 0.6, 0.9);
    assertThat(Crossovers.measured(samples)).isNull();
    assertThat(Crossovers.interval(samples, 1)).isEqualTo(new Bootstrap.Interval(null, null));
  }

  @Test
  void what_is_far_faster_everywhere_wins_from_the_smallest_measured_sparsity() {
    List<Crossovers.Sample> samples = measured(0.1, 0.01, 0.3, 0.6);
    assertThat(Crossovers.measured(samples)).isEqualTo(0.3);
    assertThat(Crossovers.interval(samples, 1)).isEqualTo(new Bootstrap.Interval(0.3, 0.3));
  }

  @Test
  void what_may_or_may_not_be_faster_at_the_end_has_no_upper_end() {
    // At the last point the median of the resampled rounds is 0.9 or 1.2, each now and then.
    List<Double> dense = Collections.nCopies(30, 1.0);
    List<Double> form = new ArrayList<>(Collections.nCopies(16, 0.9));
    form.addAll(Collections.nCopies(14, 1.2));
    Bootstrap.Pairs slow = new Bootstrap.Pairs(dense, Collections.nCopies(30, 2.0));
    List<Crossovers.Sample> samples =
        List.of(
            new Crossovers.Sample(0.5, slow, Double.POSITIVE_INFINITY),
            new Crossovers.Sample(0.9, new Bootstrap.Pairs(dense, form), Double.POSITIVE_INFINITY));
    Bootstrap.Interval interval = Crossovers.interval(samples, 1);
    // From 1/2 at 50 % to 1/0.9 at 90 %.
    double crossover = 0.5 + 0.4 * 0.5 / (1 / 0.9 - 0.5);
    assertThat(Crossovers.measured(samples)).isCloseTo(crossover, within(1e-12));
    assertThat(interval.low()).isCloseTo(crossover, within(1e-12));
    assertThat(interval.high()).isNull();
  }

  @Test
  void a_speedup_that_does_not_count_is_cut_off() {
    Bootstrap.Pairs fast =
        new Bootstrap.Pairs(Collections.nCopies(10, 2.0), Collections.nCopies(10, 1.0));
    List<Crossovers.Sample> samples =
        List.of(
            new Crossovers.Sample(0.5, fast, 1),
            new Crossovers.Sample(0.6, fast, Double.POSITIVE_INFINITY));
    assertThat(Crossovers.measured(samples)).isEqualTo(0.5);
    assertThat(Crossovers.measured(samples.subList(0, 1))).isNull();
    assertThat(Crossovers.interval(samples.subList(0, 1), 1).low()).isNull();
  }
}
