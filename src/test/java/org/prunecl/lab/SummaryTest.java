package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Means and deviations over seeds, against values worked out by hand. */
final class SummaryTest {
  private static final double EXACT = 1e-12;

  private static Trial trial(long seed, String method, double accuracy, double dense, double own) {
    Trial.Bytes bytes = new Trial.Bytes(400, 80, 200);
    return new Trial(
        method,
        seed,
        0.9,
        0.9,
        20,
        accuracy,
        0.5,
        bytes,
        8 + seed,
        Compression.of(100, bytes, seed == 3 ? 0 : 20 * seed),
        new Trial.Accuracies(accuracy, null, null),
        List.of(
            new Latency(1, "dense", dense, dense, dense, null, 10, List.of(), null),
            new Latency(1, "csr", own, own, own, null, 10, List.of(), null)));
  }

  @Test
  void a_deviation_is_that_of_a_sample() {
    // numpy.std([2, 4, 4, 4, 5, 5, 7, 9], ddof=1)
    Spread spread = Spread.of(List.of(2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0));
    assertThat(spread.mean()).isEqualTo(5);
    assertThat(spread.std()).isCloseTo(2.138089935299395, within(EXACT));
    assertThat(Spread.of(List.of(3.5))).isEqualTo(new Spread(3.5, null));
  }

  @Test
  void each_method_and_sparsity_has_one_summary_over_all_seeds() {
    List<Trial> trials = new ArrayList<>();
    for (int seed = 1; seed <= 2; seed++) {
      trials.add(trial(seed, "weight", 0.7 + 0.1 * seed, 4, seed));
      trials.add(trial(seed, "unit", 0.5, 4, 2));
    }
    List<Summary> summaries = Summary.of(trials);
    assertThat(summaries).extracting(Summary::method).containsExactly("weight", "unit");
    Summary weight = summaries.get(0);
    assertThat(weight.seeds()).isEqualTo(2);
    assertThat(weight.accuracy().mean()).isCloseTo(0.85, within(EXACT));
    assertThat(weight.accuracy().std()).isCloseTo(0.1 / Math.sqrt(2), within(EXACT));
    assertThat(weight.theoreticalSpeedup().mean()).isEqualTo(9.5);
    // 4 / 1 and 4 / 2: a mean of ratios, not a ratio of means.
    assertThat(weight.speedup()).hasSize(1);
    assertThat(weight.speedup().get(0).execution()).isEqualTo("csr");
    assertThat(weight.speedup().get(0).mean()).isEqualTo(3);
    assertThat(weight.speedup().get(0).std()).isCloseTo(Math.sqrt(2), within(EXACT));
    assertThat(weight.compressionRatio()).isEqualTo(new Spread(5, 0.0));
    assertThat(weight.parameterRatio().mean()).isCloseTo((5 + 2.5) / 2, within(EXACT));
    // Compact, the form of units, was not timed.
    assertThat(summaries.get(1).speedup()).isEmpty();
    assertThat(summaries.get(1).accuracy()).isEqualTo(new Spread(0.5, 0.0));
  }

  @Test
  void nothing_left_has_no_ratio_and_one_seed_no_deviation() {
    Summary summary = Summary.of(List.of(trial(3, "weight", 0.1, 4, 1))).get(0);
    assertThat(summary.parameterRatio()).isNull();
    assertThat(summary.accuracy().std()).isNull();
    assertThat(summary.speedup().get(0).std()).isNull();
  }
}
