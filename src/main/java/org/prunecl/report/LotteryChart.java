package org.prunecl.report;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.prunecl.lab.LotteryResults;
import org.prunecl.lab.LotteryRound;
import org.prunecl.lab.Spread;

/**
 * Accuracy against the share of weights left, on a logarithmic axis that falls to the right, as in
 * Frankle and Carbin (2019). Lines join means over seeds, bands reach one sample standard deviation
 * to either side.
 */
public final class LotteryChart {
  private static final Color RED = new Color(0xC62828);
  private static final Color BLUE = new Color(0x1565C0);

  /** Between two labels of the axis; narrower, they would touch. */
  private static final int NARROWEST = 60;

  /** What the axes' labels leave of the chart's width. */
  private static final int PLOT_WIDTH = 700;

  private LotteryChart() {}

  /** Winning tickets, the same masks from new random weights, and the unpruned network's level. */
  public static Picture of(LotteryResults results) {
    List<LotteryRound> rounds = results.summary();
    // In first rounds, so that the axis is labelled where the networks are.
    double first = -Math.log(rounds.get(1).weightsLeft());
    double unit = first > 0 ? first : 1;
    Function<LotteryRound, Double> position = round -> -Math.log(round.weightsLeft()) / unit;
    double last = position.apply(rounds.get(rounds.size() - 1));
    double end = last > 0 ? last : 1;
    XYChart chart =
        Charts.chart(
            "Winning tickets: " + Charts.name(results.recipe()),
            Charts.WIDTH,
            "Weights left (%, logarithmic)",
            "Test accuracy (%)");
    chart
        .getStyler()
        .setXAxisMin(-0.03 * end)
        .setXAxisMax(1.03 * end)
        .setXAxisTickMarkSpacingHint(Math.max(NARROWEST, PLOT_WIDTH / rounds.size()))
        .setxAxisTickLabelsFormattingFunction(
            x -> x < 0 ? "" : Figures.decimal(100 * Math.exp(-x * unit), 1));
    // Inside, it would cover a band.
    chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
    chart.getStyler().setLegendLayout(LegendLayout.Horizontal);
    Spread unpruned = rounds.get(0).ticket();
    double level = 100 * unpruned.mean();
    Charts.line(
        chart,
        "Unpruned: " + Figures.percent(unpruned, 2) + " %",
        List.of(new double[] {0, level}, new double[] {end, level}),
        Charts.GREY,
        Charts.THIN_DASHED,
        SeriesMarkers.NONE);
    curve(
        chart,
        "Same masks, new random weights",
        rounds,
        position,
        LotteryRound::reinitialized,
        BLUE,
        SeriesMarkers.SQUARE);
    curve(
        chart,
        "Winning tickets",
        rounds,
        position,
        LotteryRound::ticket,
        RED,
        SeriesMarkers.CIRCLE);
    return Charts.picture(chart);
  }

  private static void curve(
      XYChart chart,
      String name,
      List<LotteryRound> rounds,
      Function<LotteryRound, Double> position,
      Function<LotteryRound, Spread> accuracy,
      Color colour,
      Marker marker) {
    List<double[]> points = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    for (LotteryRound round : rounds) {
      Spread spread = accuracy.apply(round);
      points.add(new double[] {position.apply(round), 100 * spread.mean()});
      deviations.add(100 * spread.deviation());
    }
    Charts.band(chart, name, points, deviations, colour);
    Charts.line(chart, name, points, colour, Charts.SOLID, marker);
  }
}
