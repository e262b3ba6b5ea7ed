package org.prunecl.report;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.prunecl.lab.Results;

/** Accuracy against measured latency: what each way of pruning costs at equal accuracy. */
public final class FrontierChart {
  /** Networks further below the unpruned one are of no use to anyone; points would crowd. */
  private static final double POINTS_SHOWN = 20;

  private static final double STEP = 5;

  private FrontierChart() {}

  /**
   * One line per method at one batch size, from the least pruned network to the most; means, and
   * bars of one sample standard deviation in both directions. The unpruned network is a point, one
   * point less than its accuracy a dashed line.
   */
  public static Picture of(Results results, int batch) {
    double unpruned = 100 * Trials.unpruned(results).mean();
    double bottom = Math.max(0, STEP * Math.floor((unpruned - POINTS_SHOWN) / STEP));
    double top = Math.min(100, STEP * Math.ceil((unpruned + 1) / STEP));
    XYChart chart =
        Charts.chart(
            "Accuracy against latency at batch " + batch,
            Charts.WIDTH,
            "Latency (ms per batch), measured on " + results.device().name(),
            "Test accuracy (%), from " + Figures.decimal(bottom, 0) + " % on",
            results);
    double widest = 0;
    for (String method : Trials.methods(results)) {
      List<Frontier.Point> points =
          Frontier.points(results, method, batch).stream()
              .filter(point -> 100 * point.accuracy().mean() >= bottom)
              .toList();
      widest = Math.max(widest, widest(points));
      String form = DeployedForm.of(method).label();
      MethodStyle style = MethodStyle.of(method, Trials.methods(results));
      draw(chart, form, points, style.colour(), style.marker());
    }
    List<Frontier.Point> dense = Frontier.unpruned(results, batch).stream().toList();
    widest = 1.05 * Math.max(widest, widest(dense));
    draw(chart, "Unpruned, dense", dense, Color.BLACK, SeriesMarkers.DIAMOND);
    double within = unpruned - 100 * SweepAnswers.ONE_POINT;
    Charts.line(
        chart,
        "1 point less than unpruned",
        List.of(new double[] {0, within}, new double[] {widest, within}),
        Charts.GREY,
        Charts.THIN_DASHED,
        SeriesMarkers.NONE);
    chart.getStyler().setXAxisMax(widest).setYAxisMin(bottom).setYAxisMax(top);
    chart.getStyler().setLegendPosition(LegendPosition.InsideSE);
    return Charts.picture(chart);
  }

  private static double widest(List<Frontier.Point> points) {
    return points.stream()
        .mapToDouble(point -> point.latency().mean() + point.latency().deviation())
        .max()
        .orElse(0);
  }

  private static void draw(
      XYChart chart, String name, List<Frontier.Point> points, Color colour, Marker marker) {
    if (points.isEmpty()) {
      return;
    }
    List<double[]> means = new ArrayList<>();
    List<double[]> bars = new ArrayList<>();
    for (Frontier.Point point : points) {
      double x = point.latency().mean();
      double y = 100 * point.accuracy().mean();
      double dx = point.latency().deviation();
      double dy = 100 * point.accuracy().deviation();
      means.add(new double[] {x, y});
      bars.add(new double[] {Math.max(0, x - dx), y});
      bars.add(new double[] {x + dx, y});
      // Lifts the pen before the next bar.
      bars.add(new double[] {x, Double.NaN});
      bars.add(new double[] {x, y - dy});
      bars.add(new double[] {x, y + dy});
      bars.add(new double[] {x, Double.NaN});
    }
    Charts.line(chart, name + " deviations", bars, colour, Charts.THIN, SeriesMarkers.NONE)
        .setShowInLegend(false);
    Charts.line(chart, name, means, colour, Charts.SOLID, marker);
  }
}
