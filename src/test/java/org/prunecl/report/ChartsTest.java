package org.prunecl.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.GraphicsEnvironment;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.prunecl.lab.Crossover;
import org.prunecl.lab.Latency;
import org.prunecl.lab.Results;
import org.prunecl.lab.Trial;
import org.w3c.dom.Document;

final class ChartsTest {
  private static final int RED = 0xC62828;
  private static final int BLUE = 0x1565C0;

  private final Results results = Sweeps.realistic();

  @Test
  void the_tests_run_without_a_display() {
    assertThat(GraphicsEnvironment.isHeadless()).isTrue();
  }

  @Test
  void accuracy_is_drawn_with_weights_in_red_and_units_in_blue() throws Exception {
    Picture chart = Charts.accuracy(results);

    BufferedImage image = png(chart);
    assertThat(image.getWidth()).isEqualTo(1600);
    assertThat(image.getHeight()).isEqualTo(1040);
    assertThat(count(image, RED)).isGreaterThan(500);
    assertThat(count(image, BLUE)).isGreaterThan(500);
    assertThat(title(svg(chart))).isEqualTo("Accuracy after pruning: quick, fashion-mnist");
  }

  @Test
  void accuracy_of_one_method_shows_no_other() throws Exception {
    Results weightsOnly =
        Sweeps.results(
            0.888, results.trials().stream().filter(t -> t.method().equals("weight")).toList());

    BufferedImage image = png(Charts.accuracy(weightsOnly));

    assertThat(count(image, RED)).isGreaterThan(500);
    assertThat(count(image, BLUE)).isZero();
  }

  @Test
  void latency_is_drawn_for_each_batch_size() throws Exception {
    assertThat(Charts.batches(results)).containsExactly(1, 128);
    for (int batch : Charts.batches(results)) {
      Picture chart = Charts.latency(results, batch);
      BufferedImage image = png(chart);
      assertThat(image.getWidth()).isEqualTo(2 * chart.width()).isEqualTo(2040);
      assertThat(image.getHeight()).isEqualTo(2 * chart.height()).isEqualTo(1040);
      assertThat(colours(image)).isGreaterThan(20);
      assertThat(title(svg(chart)))
          .isEqualTo("Latency at batch " + batch + ": quick, fashion-mnist");
    }
  }

  @Test
  void the_crossover_is_a_vertical_line_at_its_sparsity() throws Exception {
    Results without = Sweeps.results(0.888, results.trials());
    Results with =
        Sweeps.results(0.888, results.trials(), new Crossover("weight", "csr", 128, 0.673, 0.673));

    int marked = tallestColumn(png(Charts.latency(with, 128)), RED);
    int unmarked = tallestColumn(png(Charts.latency(without, 128)), RED);

    assertThat(marked).isGreaterThan(3 * unmarked);
  }

  @Test
  void a_crossover_that_is_missing_is_said_instead_of_drawn() throws Exception {
    Results never =
        Sweeps.results(0.888, results.trials(), new Crossover("weight", "csr", 128, null, null));
    Results silent = Sweeps.results(0.888, results.trials());

    assertThat(tallestColumn(png(Charts.latency(never, 128)), RED)).isLessThan(200);
    assertThat(svg(Charts.latency(never, 128))).isNotEqualTo(svg(Charts.latency(silent, 128)));
  }

  @Test
  void a_batch_size_that_was_not_timed_is_refused() {
    assertThatThrownBy(() -> Charts.latency(results, 32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("batch 32");
  }

  /** The same sweep with a second seed, a little better everywhere. */
  private Results twoSeeds() {
    List<Trial> trials = new ArrayList<>(results.trials());
    for (Trial trial : results.trials()) {
      trials.add(
          Sweeps.trial(
              8,
              trial.method(),
              trial.sparsity(),
              trial.accuracy() + 0.04,
              trial.latency().toArray(Latency[]::new)));
    }
    return Sweeps.results(List.of(0.888, 0.928), trials);
  }

  @Test
  void several_seeds_have_bands_and_one_has_none() throws Exception {
    // Red at 40 of 255 over white.
    int pale = 0xF6DDDD;
    assertThat(count(png(Charts.accuracy(twoSeeds())), pale)).isGreaterThan(2000);
    // A few pixels at the edges of lines are as pale.
    assertThat(count(png(Charts.accuracy(results)), pale)).isLessThan(50);
  }

  @Test
  void accuracy_is_drawn_against_latency_with_deviations_over_seeds() throws Exception {
    Picture one = FrontierChart.of(results, 128);
    assertThat(title(svg(one)))
        .isEqualTo("Accuracy against latency at batch 128: quick, fashion-mnist");
    assertThat(count(png(one), RED)).isGreaterThan(500);
    assertThat(count(png(one), BLUE)).isGreaterThan(500);
    int bars = tallestColumn(png(FrontierChart.of(twoSeeds(), 128)), RED);
    assertThat(bars).isGreaterThan(2 * tallestColumn(png(one), RED));
  }

  @Test
  void the_same_results_give_the_same_bytes() throws Exception {
    assertThat(pngBytes(Charts.latency(Sweeps.realistic(), 1)))
        .isEqualTo(pngBytes(Charts.latency(Sweeps.realistic(), 1)));
    assertThat(svg(Charts.latency(Sweeps.realistic(), 1)))
        .isEqualTo(svg(Charts.latency(Sweeps.realistic(), 1)));
  }

  @Test
  void the_language_of_the_machine_changes_nothing() throws Exception {
    Locale before = Locale.getDefault();
    String english = svg(Charts.latency(results, 1));
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(svg(Charts.latency(results, 1))).isEqualTo(english);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void two_methods_with_the_same_form_and_crossover_are_told_apart() throws Exception {
    List<Trial> trials =
        List.of(
            Sweeps.trial("weight", 0.5, 0.9, Sweeps.latency(1, "csr", 2)),
            Sweeps.trial("block4x4", 0.5, 0.8, Sweeps.latency(1, "csr", 1)));
    Results both =
        Sweeps.results(
            0.9,
            trials,
            new Crossover("weight", "csr", 1, 0.4, 0.4),
            new Crossover("block4x4", "csr", 1, 0.4, 0.4));

    assertThat(count(png(Charts.latency(both, 1)), RED)).isPositive();
    assertThat(count(png(Charts.latency(both, 1)), 0x2E7D32)).isPositive();
  }

  @Test
  void an_svg_is_well_formed_names_no_outside_file_and_draws_only_numbers() throws Exception {
    for (Picture chart : List.of(Charts.accuracy(results), Charts.latency(results, 128))) {
      String svg = svg(chart);
      Document document = parse(svg);
      assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
      assertThat(document.getDocumentElement().getAttribute("width"))
          .isEqualTo(chart.width() + "px");
      assertThat(svg).doesNotContain("DOCTYPE").doesNotContain("NaN").doesNotContain("Infinity");
    }
  }

  @Test
  void a_title_with_markup_in_it_stays_text() throws Exception {
    byte[][] images = {new byte[1]};
    Picture picture = SampleGrid.picture("a < b & $1", 1, 1, images, new String[] {"c"});

    assertThat(title(svg(picture))).isEqualTo("a < b & $1");
  }

  @Test
  void writing_leaves_the_stream_open() throws Exception {
    boolean[] closed = new boolean[1];
    ByteArrayOutputStream out =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    Charts.accuracy(results).writePng(out);
    Charts.accuracy(results).writeSvg(out);

    assertThat(closed[0]).isFalse();
    assertThat(out.size()).isPositive();
  }

  static BufferedImage png(Picture picture) throws Exception {
    return ImageIO.read(new ByteArrayInputStream(pngBytes(picture)));
  }

  private static byte[] pngBytes(Picture picture) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    picture.writePng(out);
    return out.toByteArray();
  }

  static String svg(Picture picture) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    picture.writeSvg(out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String title(String svg) throws Exception {
    return parse(svg).getElementsByTagName("title").item(0).getTextContent();
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  static long colours(BufferedImage image) {
    return pixels(image).distinct().count();
  }

  private static long count(BufferedImage image, int colour) {
    return pixels(image).filter(pixel -> pixel == colour).count();
  }

  private static IntStream pixels(BufferedImage image) {
    return IntStream.of(
            image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth()))
        .map(pixel -> pixel & 0xFFFFFF);
  }

  /** The most pixels near the colour in one column left of the legend. */
  private static int tallestColumn(BufferedImage image, int colour) {
    return IntStream.range(0, 1550)
        .map(
            x ->
                (int)
                    IntStream.range(0, image.getHeight())
                        .filter(y -> (image.getRGB(x, y) & 0xFFFFFF) == colour)
                        .count())
        .max()
        .orElseThrow();
  }
}
