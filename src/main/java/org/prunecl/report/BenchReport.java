package org.prunecl.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.prunecl.lab.BenchResults;
import org.prunecl.lab.BenchResults.Case;
import org.prunecl.lab.BenchResults.ShapeCrossover;
import org.prunecl.lab.Quartiles;

/**
 * A kernel benchmark's results as text: one table, the crossovers with their intervals, and what
 * choosing by measurement costs.
 */
public final class BenchReport {
  private BenchReport() {}

  /**
   * The report, every line ending in a newline. Shapes are rows x columns of W (outputs x inputs).
   *
   * @param colour whether gains are shown in green by ANSI sequences
   */
  public static String text(BenchResults results, boolean colour) {
    StringBuilder text = new StringBuilder();
    text.append(results.device().name())
        .append(": multiply-add peak ")
        .append(Figures.decimal(results.peakGflops(), 1))
        .append(" GFLOP/s.\n\n")
        .append(table(results, colour));
    if (!results.crossover().isEmpty()) {
      text.append('\n');
    }
    for (ShapeCrossover crossover : results.crossover()) {
      text.append(sentence(crossover, results)).append('\n');
    }
    return text.append(choices(results)).toString();
  }

  private static TextTable table(BenchResults results, boolean colour) {
    boolean cold = results.cases().stream().anyMatch(one -> one.coldMs() != null);
    TextTable table =
        new TextTable()
            .words("shape")
            .numbers("batch", "")
            .numbers("sparsity", "%")
            .words("execution")
            .numbers("median", "ms")
            .numbers("speed", "GFLOP/s")
            .numbers("of peak", "%")
            .numbers("dense of peak", "%")
            .numbers("speedup", "times")
            .numbers("low", "")
            .numbers("high", "")
            .group("95 % interval", 2)
            .numbers("in theory", "times");
    if (cold) {
      table.numbers("median", "ms").numbers("speedup", "times").group("weights cold", 2);
    }
    for (Case one : results.cases()) {
      Case dense = dense(one, results);
      List<String> cells =
          new ArrayList<>(
              List.of(
                  shape(one.rows(), one.cols()),
                  Integer.toString(one.batch()),
                  Figures.percentAsGiven(one.sparsity()),
                  execution(one),
                  Figures.milliseconds(one.medianMs()),
                  Figures.decimal(one.gflops(), 1),
                  Figures.percent(one.shareOfPeak(), 1),
                  Figures.percent(dense.shareOfPeak(), 1),
                  Figures.speedup(one.speedup(), colour),
                  Figures.decimal(one.speedupLow(), 2),
                  Figures.decimal(one.speedupHigh(), 2),
                  one.theoreticalSpeedup() == null
                      ? Figures.NONE
                      : Figures.decimal(one.theoreticalSpeedup(), 2)));
      if (cold) {
        cells.add(Figures.milliseconds(one.coldMs()));
        cells.add(Figures.speedup(dense.coldMs(), one.coldMs(), colour));
      }
      table.row(cells);
    }
    return table;
  }

  /** Of {@code auto}, with the form that it chose. */
  private static String execution(Case one) {
    return one.execution().equals(one.form())
        ? one.execution()
        : one.execution() + " (" + one.form() + ")";
  }

  /** Dense, timed in the same rounds. */
  private static Case dense(Case one, BenchResults results) {
    return results.cases().stream()
        .filter(other -> other.execution().equals(BenchResults.DENSE))
        .filter(other -> other.rows() == one.rows() && other.cols() == one.cols())
        .filter(other -> other.batch() == one.batch() && other.sparsity() == one.sparsity())
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no dense case beside " + one));
  }

  private static String sentence(ShapeCrossover crossover, BenchResults results) {
    List<Case> cases =
        results.cases().stream()
            .filter(one -> one.rows() == crossover.rows() && one.cols() == crossover.cols())
            .filter(one -> one.batch() == crossover.batch())
            .toList();
    String beats =
        shape(crossover.rows(), crossover.cols())
            + ", batch "
            + crossover.batch()
            + ": "
            + crossover.execution()
            + " beats dense ("
            + Figures.percent(denseShare(cases), 0)
            + " % of peak) ";
    if (crossover.sparsity() == null) {
      double most = cases.stream().mapToDouble(Case::sparsity).max().orElseThrow();
      String never =
          beats + "at no measured sparsity to the last, " + Figures.percentAsGiven(most) + " %";
      return crossover.low() == null ? never + "." : never + " (" + interval(crossover) + ").";
    }
    double least = cases.stream().mapToDouble(Case::sparsity).min().orElseThrow();
    return beats
        + "from "
        + Figures.percent(crossover.sparsity(), 0)
        + (crossover.sparsity() > least
            ? " % sparsity on ("
            : " % sparsity on, the least measured (")
        + interval(crossover)
        + ").";
  }

  private static String interval(ShapeCrossover crossover) {
    if (crossover.low() == null) {
      return "95 % interval: none at all";
    }
    String low = Figures.percent(crossover.low(), 0);
    return crossover.high() == null
        ? "95 % interval from " + low + " % to none at all"
        : "95 % interval " + low + " to " + Figures.percent(crossover.high(), 0) + " %";
  }

  /** Dense's share of peak in the middle one of these cases. */
  private static double denseShare(List<Case> cases) {
    double[] shares =
        cases.stream()
            .filter(one -> one.execution().equals(BenchResults.DENSE))
            .mapToDouble(Case::shareOfPeak)
            .toArray();
    return Quartiles.of(shares).median();
  }

  /** What {@code auto} loses against the best single form of each case; empty without it. */
  private static String choices(BenchResults results) {
    List<Case> auto = results.cases().stream().filter(one -> one.againstBest() != null).toList();
    if (auto.isEmpty()) {
      return "";
    }
    double ratio =
        Math.exp(
            auto.stream()
                .mapToDouble(one -> Math.log(one.againstBest().ratio()))
                .average()
                .orElseThrow());
    Case worst =
        auto.stream()
            .max(Comparator.comparingDouble(one -> one.againstBest().ratio()))
            .orElseThrow();
    return "\nauto takes "
        + Figures.decimal(ratio, 3)
        + " times as long as the best single form (geometric mean of "
        + auto.size()
        + "), at worst "
        + Figures.decimal(worst.againstBest().ratio(), 2)
        + " times (95 % interval "
        + Figures.decimal(worst.againstBest().low(), 2)
        + " to "
        + Figures.decimal(worst.againstBest().high(), 2)
        + ") at "
        + shape(worst.rows(), worst.cols())
        + ", batch "
        + worst.batch()
        + ", "
        + Figures.percentAsGiven(worst.sparsity())
        + " %, where it chose "
        + worst.form()
        + " and "
        + worst.againstBest().form()
        + " was best.\n";
  }

  private static String shape(int rows, int cols) {
    return rows + "x" + cols;
  }
}
