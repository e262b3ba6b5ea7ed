package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.prunecl.testing.Draw;

final class BootstrapTest {
  private static final int ROUNDS = 30;

  private final Random random = new Random(Draw.SEED);

  /** Times around a typical one, log-normal. */
  private List<Double> times(double typical, double noise) {
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      times.add(typical * Math.exp(noise * random.nextGaussian()));
    }
    return times;
  }

  private static Bootstrap.Interval interval(Bootstrap.Pairs pairs, long seed) {
    return Bootstrap.of(pairs::resampledSpeedup, seed);
  }

  @Test
  void the_speedup_is_the_ratio_of_the_medians() {
    assertThat(new Bootstrap.Pairs(List.of(9.0, 1.0, 6.0), List.of(2.0, 3.0, 70.0)).speedup())
        .isEqualTo(2);
    assertThat(new Bootstrap.Pairs(List.of(1.0, 3.0), List.of(4.0, 12.0)).speedup())
        .isEqualTo(0.25);
  }

  @Test
  void with_little_noise_the_interval_is_narrow_and_holds_the_speedup() {
    Bootstrap.Pairs pairs = new Bootstrap.Pairs(times(3, 0.001), times(2, 0.001));
    Bootstrap.Interval interval = interval(pairs, 1);
    assertThat(pairs.speedup()).as("seed %d", Draw.SEED).isBetween(interval.low(), interval.high());
    assertThat(interval.low()).isCloseTo(1.5, within(0.005));
    assertThat(interval.high()).isCloseTo(1.5, within(0.005));
  }

  @Test
  void more_noise_makes_the_interval_wider() {
    Bootstrap.Interval quiet = interval(new Bootstrap.Pairs(times(1, 0.01), times(1, 0.01)), 1);
    Bootstrap.Interval noisy = interval(new Bootstrap.Pairs(times(1, 0.2), times(1, 0.2)), 1);
    assertThat(noisy.high() - noisy.low())
        .as("seed %d", Draw.SEED)
        .isGreaterThan(3 * (quiet.high() - quiet.low()));
  }

  @Test
  void what_slows_both_sides_of_a_round_cancels() {
    List<Double> dense = times(4, 0.5);
    List<Double> half = dense.stream().map(time -> time / 2).toList();
    Bootstrap.Interval interval = interval(new Bootstrap.Pairs(dense, half), 1);
    assertThat(interval.low()).as("seed %d", Draw.SEED).isCloseTo(2, within(1e-12));
    assertThat(interval.high()).as("seed %d", Draw.SEED).isCloseTo(2, within(1e-12));

    List<Double> shuffled = new ArrayList<>(half);
    Collections.rotate(shuffled, 1);
    assertThat(interval(new Bootstrap.Pairs(dense, shuffled), 1).high()).isGreaterThan(2.01);
  }

  @Test
  void nineteen_of_twenty_intervals_hold_the_true_speedup() {
    int experiments = 300;
    int held = 0;
    for (int i = 0; i < experiments; i++) {
      // Medians of log-normal values are their typical ones.
      Bootstrap.Interval interval =
          interval(new Bootstrap.Pairs(times(1.3, 0.1), times(1, 0.1)), i);
      held += interval.low() <= 1.3 && 1.3 <= interval.high() ? 1 : 0;
    }
    // Six standard deviations of a count of 285; medians of 30 rounds make the method conservative.
    assertThat(held).as("seed %d", Draw.SEED).isBetween(262, experiments);
  }

  @Test
  void the_same_seed_gives_the_same_interval() {
    Bootstrap.Pairs pairs = new Bootstrap.Pairs(times(1, 0.1), times(1, 0.1));
    assertThat(interval(pairs, 5)).isEqualTo(interval(pairs, 5)).isNotEqualTo(interval(pairs, 6));
  }

  @Test
  void an_end_is_missing_where_too_many_resamples_have_no_figure() {
    assertThat(share(0.01)).isEqualTo(new Bootstrap.Interval(1.0, 1.0));
    assertThat(share(0.03)).isEqualTo(new Bootstrap.Interval(1.0, null));
    assertThat(share(0.97)).isEqualTo(new Bootstrap.Interval(1.0, null));
    assertThat(share(0.98)).isEqualTo(new Bootstrap.Interval(null, null));
  }

  /** Of a figure that is 1, or missing in exactly that share of the resamples. */
  private static Bootstrap.Interval share(double missing) {
    int[] count = new int[1];
    return Bootstrap.of(
        ignored -> count[0]++ < missing * Bootstrap.RESAMPLES - 0.5 ? Double.POSITIVE_INFINITY : 1,
        1);
  }

  @Test
  void sides_of_different_rounds_are_no_pair() {
    assertThatThrownBy(() -> new Bootstrap.Pairs(List.of(1.0), List.of(1.0, 2.0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Bootstrap.Pairs(List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
