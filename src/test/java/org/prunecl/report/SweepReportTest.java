package org.prunecl.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.prunecl.lab.Crossover;
import org.prunecl.lab.Results;
import org.prunecl.lab.Trial;

final class SweepReportTest {
  private static final Results SMALL =
      Sweeps.results(
          0.9,
          List.of(
              Sweeps.trial(
                  "weight",
                  0.9,
                  0.7716,
                  Sweeps.latency(128, "dense", 4.5),
                  Sweeps.latency(128, "csr", 1.5),
                  Sweeps.latency(1, "dense", 0.4)),
              Sweeps.trial(
                  "weight",
                  0.5,
                  0.8975,
                  Sweeps.latency(1, "dense", 0.4),
                  Sweeps.latency(1, "csr", 0.5),
                  Sweeps.latency(128, "dense", 4.5),
                  Sweeps.latency(128, "csr", 1005)),
              Sweeps.trial(
                  "unit",
                  0.975,
                  0.1,
                  Sweeps.latency(1, "dense", 0.42),
                  Sweeps.latency(1, "csr", 0.2),
                  Sweeps.latency(1, "compact", 0.21))),
          new Crossover("weight", "csr", 128, 0.6734, 0.6734),
          new Crossover("weight", "csr", 1, null, null),
          new Crossover("unit", "compact", 1, 0.021, 0.021));

  @Test
  void the_report_has_a_table_per_method_and_the_answers_below() {
    assertThat(SweepReport.text(SMALL, false))
        .isEqualTo(
"""
Unpruned: accuracy 90.00 %, loss 0.3456, 2,386,000 parameters.

Weights pruned: dense against csr

                                                compression    ------ batch 1 ------  ------- batch 128 -------
sparsity  accuracy    loss  non-zeros     size  bytes  params  dense    csr  speedup  dense        csr  speedup  in theory
       %         %                         KiB  times   times     ms     ms    times     ms         ms    times      times
--------------------------------------------------------------------------------------------------------------------------
      50     89.75  0.5000  1,193,000  9,330.1   2.00    2.00  0.400  0.500     0.80  4.500  1,005.000     0.00       2.00
      90     77.16  0.5000    238,600  1,873.8  10.00   10.00  0.400      -        -  4.500      1.500     3.00      10.00

Units pruned: dense against compact

                                              compression    ------- batch 1 -------
sparsity  accuracy    loss  non-zeros   size  bytes  params  dense  compact  speedup  in theory
       %         %                       KiB  times   times     ms       ms    times      times
-----------------------------------------------------------------------------------------------
    97.5     10.00  0.5000     59,650  233.0  40.00   40.00  0.420    0.210     2.00      40.00

Weights: up to 50 % can be pruned within 1 point of the unpruned 90.00 %; at 90 % the accuracy is 77.16 %.
Units: no measured sparsity stays within 1 point of the unpruned 90.00 %; at 97.5 % the accuracy is 10.00 %.
Weights: on pthread-haswell, csr is faster than dense at batch 1 from no measured sparsity on (up to 90 %), at batch 128 from 67.3 % sparsity.
Units: on pthread-haswell, compact is faster than dense at batch 1 from 2.1 % sparsity.
No way of pruning measured here is cheaper than the unpruned network (0.400 ms) for 89.00 % (1 point less than unpruned) on pthread-haswell at batch 1: weights 0.500 ms.
No way of pruning measured here is cheaper than the unpruned network (4.500 ms) for 89.00 % (1 point less than unpruned) on pthread-haswell at batch 128: weights 945.220 ms.
""");
  }

  @Test
  void the_table_is_the_same_in_every_language() {
    Locale before = Locale.getDefault();
    String english = SweepReport.text(Sweeps.realistic(), false);
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(SweepReport.text(Sweeps.realistic(), false)).isEqualTo(english);
    } finally {
      Locale.setDefault(before);
    }
    assertThat(english).matches("\\p{ASCII}*");
  }

  @Test
  void gains_are_green_only_when_asked_and_nothing_else_changes() {
    String plain = SweepReport.text(SMALL, false);
    String coloured = SweepReport.text(SMALL, true);

    assertThat(plain).doesNotContain("\u001B");
    assertThat(coloured).contains("\u001B[32m3.00\u001B[0m").doesNotContain("\u001B[32m0.80");
    assertThat(coloured.replaceAll("\u001B\\[[0-9]+m", "")).isEqualTo(plain);
  }

  @Test
  void several_seeds_have_means_with_sample_deviations() {
    Results results =
        Sweeps.results(
            List.of(0.9, 0.92),
            List.of(
                Sweeps.trial(
                    7,
                    "small-dense",
                    0.5,
                    0.88,
                    Sweeps.latency(1, "unpruned", 4),
                    Sweeps.latency(1, "dense", 2)),
                Sweeps.trial(
                    8,
                    "small-dense",
                    0.5,
                    0.90,
                    Sweeps.latency(1, "unpruned", 4),
                    Sweeps.latency(1, "dense", 1))));
    assertThat(SweepReport.text(results, false))
        .startsWith("Unpruned: accuracy 91.00 +- 1.41 % over 2 seeds, loss 0.3456, 2,386,000")
        .contains("\nSmall dense: unpruned against dense\n")
        // sqrt(2) is the deviation of 88 and 90, and of speedups 2 and 4.
        .containsPattern("\n +50 +89\\.00 \\+- 1\\.41 .* 4\\.000 +1\\.500 +3\\.00 \\+- 1\\.41 ");
  }

  @Test
  void a_training_run_has_one_line() {
    assertThat(SweepReport.text(Sweeps.results(0.875, List.of()), false))
        .isEqualTo("Unpruned: accuracy 87.50 %, loss 0.3456, 2,386,000 parameters.\n");
  }

  @Test
  void pruning_ends_where_it_first_costs_more_than_a_point() {
    assertThat(within(0.9, 0.0, 0.9, 0.5, 0.891, 0.7, 0.889, 0.8, 0.895))
        .isEqualTo(
            "Weights: up to 50 % can be pruned within 1 point of the unpruned 90.00 %; at 70 % the"
                + " accuracy is 88.90 %.");
  }

  @Test
  void a_loss_of_exactly_one_point_is_within_one_point() {
    assertThat(within(0.8881, 0.6, 0.8781, 0.7, 0.8780))
        .startsWith("Weights: up to 60 % can be pruned within 1 point of the unpruned 88.81 %;");
  }

  @Test
  void pruning_that_never_costs_a_point_names_the_most_that_was_measured() {
    assertThat(within(0.9, 0.5, 0.9, 0.995, 0.895))
        .isEqualTo(
            "Weights: up to 99.5 % can be pruned within 1 point of the unpruned 90.00 %, the most"
                + " that was measured (accuracy there 89.50 %).");
  }

  @Test
  void pruning_that_always_costs_a_point_names_the_least_that_was_measured() {
    assertThat(within(0.9, 0.0, 0.9, 0.25, 0.8, 0.5, 0.9))
        .isEqualTo(
            "Weights: no measured sparsity stays within 1 point of the unpruned 90.00 %; at 25 %"
                + " the accuracy is 80.00 %.");
  }

  @Test
  void a_sweep_of_nothing_pruned_says_so() {
    assertThat(within(0.9, 0.0, 0.9)).isEqualTo("Weights: no pruned network was measured.");
  }

  @Test
  void the_crossover_is_told_for_each_batch_and_names_the_device() {
    assertThat(SweepAnswers.crossover(SMALL, "weight"))
        .isEqualTo(
            "Weights: on pthread-haswell, csr is faster than dense at batch 1 from no measured"
                + " sparsity on (up to 90 %), at batch 128 from 67.3 % sparsity.");
    assertThat(SweepAnswers.crossover(SMALL, "unit"))
        .isEqualTo(
            "Units: on pthread-haswell, compact is faster than dense at batch 1 from 2.1 %"
                + " sparsity.");
  }

  /** The sentence for pairs of sparsity and accuracy. */
  private static String within(double unpruned, double... sparsityAndAccuracy) {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < sparsityAndAccuracy.length; i += 2) {
      trials.add(Sweeps.trial("weight", sparsityAndAccuracy[i], sparsityAndAccuracy[i + 1]));
    }
    return SweepAnswers.withinOnePoint(Sweeps.results(unpruned, trials), "weight");
  }
}
