package org.prunecl.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.prunecl.lab.BenchResults;
import org.prunecl.lab.BenchResults.Case;

/** A kernel benchmark's results drawn: speedup over sparsity. */
public final class BenchCharts {
  private static final int PANEL_WIDTH = 640;

  /** About so much of a panel is left for the plot itself. */
  private static final int PLOT_HEIGHT = 380;

  /** Okabe and Ito's colours, which are told apart by those who see fewer of them. */
  private static final List<Color> COLOURS =
      List.of(
          new Color(0xD55E00),
          new Color(0x0072B2),
          new Color(0x009E73),
          new Color(0xCC79A7),
          new Color(0xE69F00),
          new Color(0x56B4E9));

  private static final List<Marker> MARKERS =
      List.of(
          SeriesMarkers.CIRCLE,
          SeriesMarkers.SQUARE,
          SeriesMarkers.DIAMOND,
          SeriesMarkers.TRIANGLE_UP,
          SeriesMarkers.TRIANGLE_DOWN,
          SeriesMarkers.RECTANGLE);

  /** {@code auto} lies on one of the others: broad and pale, below them. */
  private static final Color AUTO = new Color(0xBDBDBD);

  private static final BasicStroke BAR =
      new BasicStroke(1.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND);

  private static final BasicStroke BROAD =
      new BasicStroke(7, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);

  private record Shape(int rows, int cols) {}

  private BenchCharts() {}

  /** The batch sizes that {@link #speedup} can draw, in the order of the cases. */
  public static List<Integer> batches(BenchResults results) {
    return results.cases().stream().map(Case::batch).distinct().toList();
  }

  /**
   * Speedup over dense by sparsity at one batch size, a panel for each shape: the medians of each
   * execution joined by lines, 95 % intervals as bars, what theory allows dashed. The axis of
   * speedups is logarithmic.
   */
  public static Picture speedup(BenchResults results, int batch) {
    List<Case> cases = results.cases().stream().filter(one -> one.batch() == batch).toList();
    if (cases.isEmpty()) {
      throw new IllegalArgumentException("nothing was timed at batch " + batch);
    }
    List<XYChart> panels = new ArrayList<>();
    for (Shape shape : cases.stream().map(BenchCharts::shape).distinct().toList()) {
      panels.add(
          panel(
              shape.rows + "x" + shape.cols + ", batch " + batch,
              results,
              cases.stream().filter(one -> shape(one).equals(shape)).toList()));
    }
    return new Picture(
        "Speedup of sparse products over dense at batch " + batch,
        PANEL_WIDTH * panels.size(),
        Charts.HEIGHT,
        graphics -> paint(panels, graphics));
  }

  private static void paint(List<XYChart> panels, Graphics2D graphics) {
    AffineTransform origin = graphics.getTransform();
    for (XYChart panel : panels) {
      panel.paint(graphics, PANEL_WIDTH, Charts.HEIGHT);
      graphics.translate(PANEL_WIDTH, 0);
    }
    graphics.setTransform(origin);
  }

  private static XYChart panel(String title, BenchResults results, List<Case> cases) {
    XYChart chart =
        Charts.chart(
            title,
            PANEL_WIDTH,
            "Sparsity (%), measured on " + results.device().name(),
            "Speedup over dense (times)");
    scale(chart, cases);
    // Powers of two lie evenly: twice as fast as far above 1 as half as fast below.
    chart.setCustomYAxisTickLabelsFormatter(BenchCharts::power);
    chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
    List<String> forms = executions(results.cases());
    for (String execution : executions(cases)) {
      if (execution.equals(BenchResults.AUTO)) {
        curve(chart, execution, of(cases, execution), AUTO, BROAD, SeriesMarkers.NONE);
      }
    }
    Charts.line(
        chart,
        "as fast as dense",
        List.of(new double[] {0, 0}, new double[] {100, 0}),
        Charts.GREY,
        Charts.THIN,
        SeriesMarkers.NONE);
    theory(chart, cases);
    for (String execution : executions(cases)) {
      if (!execution.equals(BenchResults.AUTO)) {
        int index = forms.indexOf(execution);
        curve(
            chart,
            execution,
            of(cases, execution),
            COLOURS.get(index % COLOURS.size()),
            Charts.SOLID,
            MARKERS.get(index % MARKERS.size()));
      }
    }
    return chart;
  }

  /** From one power of two to another, a tick at each. */
  private static void scale(XYChart chart, List<Case> cases) {
    double low = 0;
    double high = 1;
    for (Case one : cases) {
      low = Math.min(low, Math.floor(log2(one.speedupLow())));
      high = Math.max(high, Math.ceil(log2(one.speedupHigh())));
      if (one.theoreticalSpeedup() != null) {
        high = Math.max(high, Math.ceil(log2(one.theoreticalSpeedup())));
      }
    }
    chart
        .getStyler()
        .setYAxisMin(low)
        .setYAxisMax(high)
        .setYAxisTickMarkSpacingHint((int) (PLOT_HEIGHT / (high - low)));
  }

  private static void theory(XYChart chart, List<Case> cases) {
    Map<Double, Double> bySparsity = new TreeMap<>();
    for (Case one : cases) {
      if (!one.form().equals(BenchResults.DENSE) && one.theoreticalSpeedup() != null) {
        bySparsity.put(one.sparsity(), one.theoreticalSpeedup());
      }
    }
    List<double[]> points = new ArrayList<>();
    bySparsity.forEach(
        (sparsity, speedup) -> points.add(new double[] {100 * sparsity, log2(speedup)}));
    if (!points.isEmpty()) {
      Charts.line(
          chart,
          "in theory (multiply-adds)",
          points,
          Charts.GREY,
          Charts.THIN_DASHED,
          SeriesMarkers.NONE);
    }
  }

  private static void curve(
      XYChart chart,
      String name,
      List<Case> cases,
      Color colour,
      BasicStroke stroke,
      Marker marker) {
    List<double[]> medians = new ArrayList<>();
    List<double[]> intervals = new ArrayList<>();
    for (Case one : cases) {
      double x = 100 * one.sparsity();
      medians.add(new double[] {x, log2(one.speedup())});
      intervals.add(new double[] {x, log2(one.speedupLow())});
      intervals.add(new double[] {x, log2(one.speedupHigh())});
      // Lifts the pen before the next bar.
      intervals.add(new double[] {x, Double.NaN});
    }
    Charts.line(chart, name + " intervals", intervals, colour, BAR, SeriesMarkers.NONE)
        .setShowInLegend(false);
    Charts.line(chart, name, medians, colour, stroke, marker);
  }

  /** All but dense, in the order of the cases. */
  private static List<String> executions(List<Case> cases) {
    return cases.stream()
        .map(Case::execution)
        .filter(execution -> !execution.equals(BenchResults.DENSE))
        .distinct()
        .toList();
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }

  /** Two to this power: a fraction where it is whole and negative. */
  private static String power(double exponent) {
    double power = Math.pow(2, Math.abs(exponent));
    if (Math.abs(power - Math.rint(power)) > 1e-6) {
      return Figures.decimal(Math.pow(2, exponent), 2);
    }
    return (exponent < -1e-6 ? "1/" : "") + Math.round(power);
  }

  private static List<Case> of(List<Case> cases, String execution) {
    return cases.stream().filter(one -> one.execution().equals(execution)).toList();
  }

  private static Shape shape(Case one) {
    return new Shape(one.rows(), one.cols());
  }
}
