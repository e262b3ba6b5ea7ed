package org.prunecl.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.prunecl.lab.BenchResults;
import org.prunecl.lab.BenchResults.Case;

final class BenchChartsTest {
  /** The colour of the first sparse form. */
  private static final int FIRST = 0xD55E00;

  private final BenchResults results = Benches.realistic();

  @Test
  void there_is_a_picture_for_each_batch_size_with_a_panel_for_each_shape() throws Exception {
    assertThat(BenchCharts.batches(results)).containsExactly(1, 128);
    Picture two = BenchCharts.speedup(results, 128);
    Picture one =
        BenchCharts.speedup(
            Benches.results(results.cases().stream().filter(each -> each.cols() == 784).toList()),
            128);
    assertThat(two.width()).isEqualTo(2 * one.width());
    assertThat(two.height()).isEqualTo(one.height());

    BufferedImage image = ChartsTest.png(two);
    assertThat(count(image, 0, image.getWidth() / 2)).isGreaterThan(500);
    assertThat(count(image, image.getWidth() / 2, image.getWidth())).isGreaterThan(500);
  }

  @Test
  void the_interval_of_a_speedup_is_seen() throws Exception {
    List<Case> sure = pair(1.99, 2.01);
    List<Case> unsure = pair(1, 4);
    assertThat(ink(unsure)).isGreaterThan(ink(sure) + 200);
  }

  private static List<Case> pair(double low, double high) {
    Case csr = Benches.one(10, 10, 1, 0.8, "csr", 1, 2);
    return List.of(
        Benches.one(10, 10, 1, 0.8, "dense", 2, 2),
        new Case(
            10,
            10,
            1,
            0.8,
            "csr",
            csr.medianMs(),
            csr.lowMs(),
            csr.highMs(),
            null,
            1,
            0.5,
            "csr",
            2,
            low,
            high,
            8.0,
            null,
            null));
  }

  private static long ink(List<Case> cases) throws Exception {
    BufferedImage image = ChartsTest.png(BenchCharts.speedup(Benches.results(cases), 1));
    return count(image, 0, image.getWidth());
  }

  private static long count(BufferedImage image, int from, int to) {
    return IntStream.range(from, to)
        .mapToLong(
            x ->
                IntStream.range(0, image.getHeight())
                    .filter(y -> (image.getRGB(x, y) & 0xFFFFFF) == FIRST)
                    .count())
        .sum();
  }

  @Test
  void an_svg_is_whole_and_draws_only_numbers() throws Exception {
    String svg = ChartsTest.svg(BenchCharts.speedup(results, 1));
    assertThat(svg)
        .contains("<title>Speedup of sparse products over dense at batch 1</title>")
        .endsWith("</svg>\n")
        .doesNotContain("NaN")
        .doesNotContain("Infinity");
    assertThat(ChartsTest.svg(BenchCharts.speedup(Benches.realistic(), 1))).isEqualTo(svg);
  }

  @Test
  void a_batch_size_that_was_not_timed_is_refused() {
    assertThatThrownBy(() -> BenchCharts.speedup(results, 32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("batch 32");
  }
}
