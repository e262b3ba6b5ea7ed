package org.prunecl.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.prunecl.lab.Results;
import org.prunecl.lab.Spread;
import org.prunecl.lab.Trial;

/** Times at equal accuracy, worked out by hand. */
final class FrontierTest {
  private static Frontier.Point point(double latency, double accuracy) {
    return new Frontier.Point(new Spread(latency, null), new Spread(accuracy, null));
  }

  @Test
  void the_time_at_an_accuracy_lies_on_the_line_between_its_neighbours() {
    List<Frontier.Point> points = List.of(point(4, 0.9), point(2, 0.8), point(1, 0.5));
    assertThat(Frontier.latencyAt(points, 0.85).orElseThrow()).isCloseTo(3, within(1e-12));
    assertThat(Frontier.latencyAt(points, 0.9)).contains(4.0);
    assertThat(Frontier.latencyAt(points, 0.5)).contains(1.0);
    assertThat(Frontier.latencyAt(points, 0.3)).contains(1.0);
    assertThat(Frontier.latencyAt(points, 0.91)).isEmpty();
    assertThat(Frontier.latencyAt(List.of(), 0.5)).isEmpty();
  }

  @Test
  void a_point_that_another_beats_in_both_does_not_count() {
    // 3 ms for 0.6 is beaten by 2 ms for 0.8; 5 ms for 0.95 comes after 0.9 is reached.
    List<Frontier.Point> points =
        List.of(point(2, 0.8), point(3, 0.6), point(4, 0.9), point(5, 0.95));
    assertThat(Frontier.latencyAt(points, 0.85).orElseThrow()).isCloseTo(3, within(1e-12));
  }

  @Test
  void the_unpruned_time_is_the_median_over_a_seeds_trials_and_the_mean_over_seeds() {
    List<Trial> trials = new ArrayList<>();
    double[][] dense = {{1, 2, 9}, {4, 4, 7}};
    for (int seed = 0; seed < 2; seed++) {
      for (int i = 0; i < 3; i++) {
        trials.add(
            Sweeps.trial(
                7L + seed, "weight", 0.1 * i, 0.9, Sweeps.latency(1, "dense", dense[seed][i])));
      }
    }
    Results results = Sweeps.results(List.of(0.8, 0.9), trials);
    Frontier.Point unpruned = Frontier.unpruned(results, 1).orElseThrow();
    assertThat(unpruned.latency().mean()).isEqualTo(3);
    assertThat(unpruned.latency().std()).isCloseTo(Math.sqrt(2), within(1e-12));
    assertThat(unpruned.accuracy().mean()).isCloseTo(0.85, within(1e-12));
    assertThat(Frontier.unpruned(results, 128)).isEmpty();
  }

  @Test
  void the_cheapest_way_of_pruning_is_named_with_the_times_of_all() {
    Results results =
        Sweeps.results(
            0.9,
            List.of(
                trial("weight", 0.5, 0.89, "csr", 2),
                trial("unit", 0.5, 0.895, "compact", 3.5),
                trial("unit", 0.9, 0.885, "compact", 1),
                Sweeps.trial(
                    "small-dense",
                    0.5,
                    0.891,
                    Sweeps.latency(1, "unpruned", 4),
                    Sweeps.latency(1, "dense", 1.5))));
    assertThat(FrontierAnswers.of(results))
        .containsExactly(
            "Pruning weights is the cheapest way of pruning to 89.00 % (1 point less than unpruned)"
                + " on pthread-haswell at batch 1: small dense 1.500 ms, weights 2.000"
                + " ms, units 2.250 ms, unpruned 4.000 ms. The small dense network, trained from"
                + " scratch, is cheaper still.");
  }

  @Test
  void it_is_said_when_no_way_of_pruning_keeps_the_accuracy() {
    Results results =
        Sweeps.results(
            0.9,
            List.of(
                trial("weight", 0.5, 0.88, "csr", 2),
                Sweeps.trial(
                    "small-dense",
                    0.5,
                    0.9,
                    Sweeps.latency(1, "unpruned", 4),
                    Sweeps.latency(1, "dense", 1.5))));
    assertThat(FrontierAnswers.of(results))
        .containsExactly(
            "No way of pruning measured here reaches 89.00 % (1 point less than unpruned) on"
                + " pthread-haswell at batch 1.");
  }

  private static Trial trial(
      String method, double sparsity, double accuracy, String form, double milliseconds) {
    return Sweeps.trial(
        method,
        sparsity,
        accuracy,
        Sweeps.latency(1, "dense", 4),
        Sweeps.latency(1, form, milliseconds));
  }
}
