package org.prunecl.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.prunecl.lab.LotteryResults;
import org.prunecl.lab.LotteryTrial;
import org.prunecl.lab.Recipe;
import org.prunecl.lab.Recipes;

final class LotteryReportTest {
  private static final int RED = 0xC62828;
  private static final int BLUE = 0x1565C0;

  /** Red at 40 of 255 over white. */
  private static final int PALE_RED = 0xF6DDDD;

  private static final Recipe RECIPE = Recipes.resolve("lottery", Recipes.options());

  private static LotteryTrial trial(
      long seed, int round, String network, long kept, double accuracy) {
    return new LotteryTrial(
        seed, round, network, kept / 1000.0, kept, accuracy, 0.5, List.of(0.5, accuracy), 2.5);
  }

  /** Two seeds, the second 2 points better in everything; tickets gain, controls lose. */
  private static LotteryResults results(int seeds) {
    List<LotteryTrial> trials = new ArrayList<>();
    for (int seed = 0; seed < seeds; seed++) {
      double more = 0.02 * seed;
      trials.add(trial(1 + seed, 0, "unpruned", 1000, 0.80 + more));
      trials.add(trial(1 + seed, 1, "ticket", 800, 0.82 + more));
      trials.add(trial(1 + seed, 1, "reinitialized", 800, 0.79 + more));
      trials.add(trial(1 + seed, 2, "ticket", 640, 0.79 + more));
      trials.add(trial(1 + seed, 2, "reinitialized", 640, 0.75 + more));
    }
    return LotteryResults.of(Sweeps.DEVICE, RECIPE, trials);
  }

  @Test
  void the_report_has_a_row_per_round_and_says_what_it_shows() {
    assertThat(LotteryReport.text(results(2)))
        .contains("each round prunes 20.0 % of what is left (method weight)")
        .contains("rewound to the initial weights; 2 seeds.")
        .containsPattern("0 +100\\.0 +81\\.00 \\+- 1\\.41 +- +- +50\\.00 \\+- 0\\.00 +-\n")
        .containsPattern("2 +64\\.0 +80\\.00 \\+- 1\\.41 +76\\.00 \\+- 1\\.41 +4\\.00 \\+- 0\\.00 ")
        .contains("With 64.0 % of the weights left, winning tickets are 4.00 points better")
        .endsWith("as good as the unpruned network has 80.0 % of the weights.\n");
  }

  @Test
  void a_single_seed_has_no_deviations() {
    assertThat(LotteryReport.text(results(1))).doesNotContain("+-").doesNotContain("seeds");
  }

  @Test
  void tickets_that_lose_are_reported_as_such() {
    LotteryResults lost =
        LotteryResults.of(
            Sweeps.DEVICE,
            RECIPE,
            List.of(
                trial(1, 0, "unpruned", 1000, 0.9),
                trial(1, 1, "ticket", 800, 0.7),
                trial(1, 1, "reinitialized", 800, 0.75)));
    assertThat(LotteryReport.text(lost))
        .contains("5.00 points worse")
        .endsWith("No winning ticket is as good as the unpruned network.\n");
  }

  @Test
  void the_csv_has_a_row_per_training() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ResultsCsv.writeLottery(results(1), out);
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .hasSize(6)
        .startsWith(
            "seed,round,network,weights_left,kept,accuracy,loss,early_accuracy,train_seconds",
            "1,0,unpruned,1.0,1000,0.8,0.5,0.5,2.5",
            "1,1,ticket,0.8,800,0.82,0.5,0.5,2.5");
  }

  @Test
  void results_are_read_as_they_were_written() throws Exception {
    LotteryResults results = results(2);
    byte[] json = ResultsJson.text(results).getBytes(StandardCharsets.UTF_8);
    assertThat(ResultsJson.readLottery(new ByteArrayInputStream(json))).isEqualTo(results);
  }

  @Test
  void the_chart_has_both_curves_and_bands_only_over_several_seeds() throws Exception {
    for (int seeds = 1; seeds <= 2; seeds++) {
      Picture chart = LotteryChart.of(results(seeds));
      BufferedImage image = ChartsTest.png(chart);
      assertThat(count(image, RED)).isGreaterThan(500);
      assertThat(count(image, BLUE)).isGreaterThan(500);
      assertThat(count(image, PALE_RED) > 2000).isEqualTo(seeds > 1);
      assertThat(ChartsTest.svg(chart))
          .contains("Winning tickets: lottery, fashion-mnist")
          .doesNotContain("NaN");
    }
  }

  @Test
  void a_round_that_prunes_nothing_still_has_a_chart() throws Exception {
    LotteryResults nothing =
        LotteryResults.of(
            Sweeps.DEVICE,
            RECIPE,
            List.of(
                trial(1, 0, "unpruned", 1000, 0.9),
                trial(1, 1, "ticket", 1000, 0.9),
                trial(1, 1, "reinitialized", 1000, 0.9)));
    assertThat(ChartsTest.svg(LotteryChart.of(nothing))).doesNotContain("NaN");
  }

  private static long count(BufferedImage image, int colour) {
    return IntStream.of(
            image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth()))
        .filter(pixel -> (pixel & 0xFFFFFF) == colour)
        .count();
  }
}
