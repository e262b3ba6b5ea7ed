package org.prunecl.report;

import static java.util.Comparator.comparingDouble;

import java.util.List;
import java.util.Optional;
import org.prunecl.lab.BenchResults;
import org.prunecl.lab.BenchResults.Case;
import org.prunecl.lab.BenchResults.ShapeCrossover;

/** A kernel benchmark's results as text: one table, then the crossovers. */
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
    return text.toString();
  }

  private static TextTable table(BenchResults results, boolean colour) {
    TextTable table =
        new TextTable()
            .words("shape")
            .numbers("batch", "")
            .numbers("sparsity", "%")
            .words("execution")
            .numbers("median", "ms")
            .numbers("low", "ms")
            .numbers("high", "ms")
            .numbers("speed", "GFLOP/s")
            .numbers("of peak", "%")
            .numbers("against dense", "times");
    for (Case one : results.cases()) {
      table.row(
          List.of(
              shape(one.rows(), one.cols()),
              Integer.toString(one.batch()),
              Figures.percentAsGiven(one.sparsity()),
              one.execution(),
              Figures.milliseconds(one.medianMs()),
              Figures.milliseconds(one.lowMs()),
              Figures.milliseconds(one.highMs()),
              Figures.decimal(one.gflops(), 1),
              Figures.percent(one.shareOfPeak(), 1),
              dense(one, results)
                  .map(dense -> Figures.speedup(dense.medianMs(), one.medianMs(), colour))
                  .orElse(Figures.NONE)));
    }
    return table;
  }

  /** Dense at the same shape and batch, timed beside this sparsity or else at the nearest. */
  private static Optional<Case> dense(Case one, BenchResults results) {
    return results.cases().stream()
        .filter(other -> other.execution().equals("dense"))
        .filter(other -> other.rows() == one.rows() && other.cols() == one.cols())
        .filter(other -> other.batch() == one.batch())
        .min(comparingDouble(other -> Math.abs(other.sparsity() - one.sparsity())));
  }

  private static String sentence(ShapeCrossover crossover, BenchResults results) {
    double most =
        results.cases().stream()
            .filter(one -> one.rows() == crossover.rows() && one.cols() == crossover.cols())
            .filter(one -> one.batch() == crossover.batch())
            .filter(one -> one.execution().equals(crossover.execution()))
            .mapToDouble(Case::sparsity)
            .max()
            .orElse(0);
    return shape(crossover.rows(), crossover.cols())
        + " at batch "
        + crossover.batch()
        + ": "
        + crossover.execution()
        + " is faster than dense "
        + SweepAnswers.from(crossover.sparsity(), most)
        + ".";
  }

  private static String shape(int rows, int cols) {
    return rows + "x" + cols;
  }
}
