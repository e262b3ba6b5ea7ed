package org.prunecl.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.prunecl.lab.Crossover;
import org.prunecl.lab.Latency;
import org.prunecl.lab.Recipe;
import org.prunecl.lab.Results;
import org.prunecl.lab.Spread;
import org.prunecl.lab.Trial;

/**
 * A sweep's results drawn: accuracy and latency over sparsity. Over several seeds lines join means,
 * and bands and bars reach one sample standard deviation to either side.
 */
public final class Charts {
  static final int WIDTH = 800;

  /** Room for the legend, which has too many entries to stand where curves may run. */
  private static final int LEGEND_WIDTH = 220;

  static final int HEIGHT = 520;

  /** Bands let the lines behind them through. */
  private static final int BAND_ALPHA = 40;

  static final Color GREY = new Color(0x616161);
  private static final Color LIGHT_RED = new Color(0xE9A3A3);
  private static final Color LIGHT_GREY = new Color(0xA8A8A8);

  static final BasicStroke SOLID =
      new BasicStroke(2, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
  static final BasicStroke THIN = new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND);
  static final BasicStroke THIN_DASHED =
      new BasicStroke(
          1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, new float[] {6, 4}, 0);

  private Charts() {}

  /** Test accuracy over sparsity: one line per method, the unpruned network's as a dashed line. */
  public static Picture accuracy(Results results) {
    XYChart chart =
        chart("Accuracy after pruning", WIDTH, "Sparsity (%)", "Test accuracy (%)", results);
    chart.getStyler().setLegendPosition(LegendPosition.InsideSW);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setYAxisMax(100.0);
    Spread unpruned = Trials.unpruned(results);
    double level = 100 * unpruned.mean();
    band(
        chart,
        "Unpruned",
        List.of(new double[] {0, level}, new double[] {100, level}),
        List.of(100 * unpruned.deviation(), 100 * unpruned.deviation()),
        GREY);
    line(
        chart,
        "Unpruned: " + Figures.percent(unpruned, 2) + " %",
        List.of(new double[] {0, level}, new double[] {100, level}),
        GREY,
        THIN_DASHED,
        SeriesMarkers.NONE);
    for (String method : Trials.methods(results)) {
      List<double[]> points = new ArrayList<>();
      List<Double> deviations = new ArrayList<>();
      for (List<Trial> trials : Trials.bySparsity(results, method)) {
        Spread accuracy = Trials.spread(trials, Trial::accuracy);
        points.add(new double[] {100 * trials.get(0).sparsity(), 100 * accuracy.mean()});
        deviations.add(100 * accuracy.deviation());
      }
      String name = DeployedForm.of(method).label();
      MethodStyle style = MethodStyle.of(method, Trials.methods(results));
      band(chart, name, points, deviations, style.colour());
      line(chart, name, points, style.colour(), SOLID, style.marker());
    }
    return picture(chart);
  }

  /** The batch sizes that {@link #latency} can draw, ascending. */
  public static List<Integer> batches(Results results) {
    return Trials.batches(results.trials());
  }

  /**
   * Latency over sparsity at one batch size: for each method its deployed form, the forms that
   * measurement picked and the dense form timed beside them, medians joined by lines, quartiles (or
   * of several seeds the deviation of their medians) as bars, the crossover as a vertical line.
   */
  public static Picture latency(Results results, int batch) {
    XYChart chart =
        chart(
            "Latency at batch " + batch,
            WIDTH + LEGEND_WIDTH,
            "Sparsity (%), measured on " + results.device().name(),
            "Latency (ms per batch)",
            results);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    double top = 1.05 * highest(results, batch);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setYAxisMax(top);
    for (String method : Trials.methods(results)) {
      DeployedForm form = DeployedForm.of(method);
      MethodStyle style = MethodStyle.of(method, Trials.methods(results));
      List<List<Trial>> trials = Trials.bySparsity(results, method);
      String pruned = ", " + form.label().toLowerCase(Locale.ROOT);
      Color dense = method.equals("weight") ? GREY : LIGHT_GREY;
      timing(
          chart,
          trials,
          batch,
          form.reference(),
          form.reference() + (form.control() ? ", beside small dense" : pruned),
          dense,
          style.marker());
      boolean measured = SweepReport.auto(results, form);
      // Beside plain CSR, the baseline, the forms that measurement picked.
      String best = measured ? SweepReport.AUTO : form.execution();
      if (measured) {
        timing(
            chart,
            trials,
            batch,
            form.execution(),
            form.execution() + pruned,
            LIGHT_RED,
            style.marker());
      }
      String name = best + pruned;
      Optional<Crossover> crossover = crossover(results, method, batch);
      Optional<Double> from = crossover.map(measured ? Crossover::auto : Crossover::sparsity);
      if (crossover.isPresent() && from.isEmpty()) {
        name += ":\nno crossover measured";
      }
      timing(chart, trials, batch, best, name, style.colour(), style.marker());
      from.ifPresent(
          sparsity ->
              line(
                  chart,
                  best + pruned + ":\nfaster from " + Figures.percent(sparsity, 1) + " %",
                  List.of(new double[] {100 * sparsity, 0}, new double[] {100 * sparsity, top}),
                  style.colour(),
                  THIN_DASHED,
                  SeriesMarkers.NONE));
    }
    return picture(chart);
  }

  static XYChart chart(String title, int width, String xAxis, String yAxis, Results results) {
    return chart(title + ": " + name(results.recipe()), width, xAxis, yAxis);
  }

  /** An empty chart over sparsity in percent. */
  static XYChart chart(String title, int width, String xAxis, String yAxis) {
    XYChart chart =
        new XYChartBuilder()
            .width(width)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(xAxis)
            .yAxisTitle(yAxis)
            .build();
    chart
        .getStyler()
        .setXAxisMin(0.0)
        .setXAxisMax(100.0)
        .setLocale(Locale.ROOT)
        .setYAxisDecimalPattern("0.####")
        .setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14))
        .setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12))
        .setPlotGridLinesColor(new Color(0xE0E0E0))
        .setPlotGridLinesStroke(THIN)
        .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15))
        .setChartTitleBoxVisible(false)
        .setChartTitlePadding(12)
        .setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12))
        .setLegendBorderColor(new Color(0xE0E0E0))
        .setChartBackgroundColor(Color.WHITE)
        .setMarkerSize(7);
    return chart;
  }

  /** A band of one deviation to either side of a line; nothing where there is none. */
  static void band(
      XYChart chart, String name, List<double[]> points, List<Double> deviations, Color colour) {
    if (deviations.stream().allMatch(deviation -> deviation == 0)) {
      return;
    }
    List<double[]> outline = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      outline.add(new double[] {points.get(i)[0], points.get(i)[1] + deviations.get(i)});
    }
    for (int i = points.size() - 1; i >= 0; i--) {
      outline.add(new double[] {points.get(i)[0], points.get(i)[1] - deviations.get(i)});
    }
    XYSeries series = line(chart, name + " band", outline, colour, THIN, SeriesMarkers.NONE);
    Color pale = new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), BAND_ALPHA);
    series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.PolygonArea);
    series.setFillColor(pale);
    series.setLineColor(pale);
    series.setShowInLegend(false);
  }

  private static void timing(
      XYChart chart,
      List<List<Trial>> bySparsity,
      int batch,
      String execution,
      String name,
      Color colour,
      Marker marker) {
    List<double[]> medians = new ArrayList<>();
    List<double[]> quartiles = new ArrayList<>();
    for (List<Trial> trials : bySparsity) {
      double x = 100 * trials.get(0).sparsity();
      Optional<Spread> median = Trials.medians(trials, batch, execution);
      if (median.isPresent()) {
        Latency first = trials.get(0).latency(batch, execution).orElseThrow();
        double[] bar = bar(trials, first, median.get());
        medians.add(new double[] {x, median.get().mean()});
        quartiles.add(new double[] {x, bar[0]});
        quartiles.add(new double[] {x, bar[1]});
        // Lifts the pen before the next bar.
        quartiles.add(new double[] {x, Double.NaN});
      }
    }
    if (!medians.isEmpty()) {
      line(chart, name + " quartiles", quartiles, colour, THIN, SeriesMarkers.NONE)
          .setShowInLegend(false);
      line(chart, name, medians, colour, SOLID, marker);
    }
  }

  static XYSeries line(
      XYChart chart,
      String name,
      List<double[]> points,
      Color colour,
      BasicStroke stroke,
      Marker marker) {
    XYSeries series =
        chart.addSeries(
            name,
            points.stream().mapToDouble(point -> point[0]).toArray(),
            points.stream().mapToDouble(point -> point[1]).toArray());
    series.setMarker(marker);
    series.setMarkerColor(colour);
    series.setLineColor(colour);
    series.setLineStyle(stroke);
    return series;
  }

  private static double highest(Results results, int batch) {
    double highest = 0;
    for (String method : Trials.methods(results)) {
      for (List<Trial> trials : Trials.bySparsity(results, method)) {
        for (Latency latency : trials.get(0).latency()) {
          Optional<Spread> median = Trials.medians(trials, batch, latency.execution());
          if (latency.batch() == batch && median.isPresent()) {
            highest = Math.max(highest, bar(trials, latency, median.get())[1]);
          }
        }
      }
    }
    if (highest == 0) {
      throw new IllegalArgumentException("nothing was timed at batch " + batch);
    }
    return highest;
  }

  /** The ends of the bar at a median: quartiles, or of several seeds one deviation each way. */
  private static double[] bar(List<Trial> trials, Latency first, Spread median) {
    if (trials.size() == 1) {
      return new double[] {first.lowMs(), first.highMs()};
    }
    return new double[] {
      Math.max(0, median.mean() - median.deviation()), median.mean() + median.deviation()
    };
  }

  private static Optional<Crossover> crossover(Results results, String method, int batch) {
    return results.crossover().stream()
        .filter(crossover -> crossover.method().equals(method) && crossover.batch() == batch)
        .findFirst();
  }

  /** Of recipe and dataset; of a folder, its last part. */
  static String name(Recipe recipe) {
    String data = recipe.data();
    return recipe.name()
        + ", "
        + data.substring(Math.max(data.lastIndexOf('/'), data.lastIndexOf('\\')) + 1);
  }

  static Picture picture(XYChart chart) {
    return new Picture(
        chart.getTitle(),
        chart.getWidth(),
        chart.getHeight(),
        graphics -> chart.paint(graphics, chart.getWidth(), chart.getHeight()));
  }
}
