package org.prunecl.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.prunecl.lab.Latency;
import org.prunecl.lab.Results;
import org.prunecl.lab.Trial;

/** A sweep's results as text: one table per method, then the answers that they give. */
public final class SweepReport {
  /** The execution in the forms that measurement picked. */
  static final String AUTO = "auto";

  private SweepReport() {}

  /**
   * The report, in ASCII but for names that aren't, every line ending in a newline. Without trials
   * (a training run) it is the line about the unpruned network alone.
   *
   * @param colour whether gains are shown in green by ANSI sequences
   */
  public static String text(Results results, boolean colour) {
    StringBuilder text = new StringBuilder();
    text.append("Unpruned: accuracy ")
        .append(Figures.percent(results.baseline().accuracy(), 2))
        .append(" %, loss ")
        .append(Figures.decimal(results.baseline().loss(), 4))
        .append(", ")
        .append(Figures.count(results.baseline().parameters()))
        .append(" parameters.\n");
    for (String method : Trials.methods(results)) {
      DeployedForm form = DeployedForm.of(method);
      text.append('\n')
          .append(form.pruned())
          .append(" pruned: dense against ")
          .append(form.execution())
          .append(auto(results, form) ? " and the fastest form of each layer (auto)" : "")
          .append("\n\n")
          .append(table(Trials.of(results, method), form, auto(results, form), colour));
    }
    if (!results.trials().isEmpty()) {
      text.append('\n');
      SweepAnswers.of(results).forEach(answer -> text.append(answer).append('\n'));
    }
    return text.toString();
  }

  /** Whether there is more to show than the deployed form: compact is dense in every layer. */
  static boolean auto(Results results, DeployedForm form) {
    return !form.execution().equals("compact")
        && results.trials().stream()
            .flatMap(trial -> trial.latency().stream())
            .anyMatch(latency -> latency.execution().equals(AUTO));
  }

  private static TextTable table(
      List<Trial> trials, DeployedForm form, boolean auto, boolean colour) {
    List<Integer> batches = Trials.batches(trials);
    TextTable table =
        new TextTable()
            .numbers("sparsity", "%")
            .numbers("accuracy", "%")
            .numbers("loss", "")
            .numbers("non-zeros", "")
            .numbers("size", "KiB");
    for (int batch : batches) {
      table.numbers("dense", "ms").numbers(form.execution(), "ms");
      if (auto) {
        table.numbers(AUTO, "ms");
      }
      table.numbers("speedup", "times").group("batch " + batch, auto ? 4 : 3);
    }
    table.numbers("in theory", "times");
    for (Trial trial : trials) {
      List<String> cells = new ArrayList<>();
      cells.add(Figures.percentAsGiven(trial.sparsity()));
      cells.add(Figures.percent(trial.accuracy(), 2));
      cells.add(Figures.decimal(trial.loss(), 4));
      cells.add(Figures.count(trial.nonzero()));
      cells.add(Figures.kib(form.bytes(trial.bytes())));
      batches.forEach(batch -> cells.addAll(timing(trial, batch, form, auto, colour)));
      cells.add(Figures.decimal(trial.theoreticalSpeedup(), 2));
      table.row(cells);
    }
    return table;
  }

  private static List<String> timing(
      Trial trial, int batch, DeployedForm form, boolean auto, boolean colour) {
    Optional<Double> dense = median(trial, batch, "dense");
    Optional<Double> sparse = median(trial, batch, form.execution());
    Optional<Double> best = auto ? median(trial, batch, AUTO) : sparse;
    List<String> cells = new ArrayList<>();
    cells.add(dense.map(Figures::milliseconds).orElse(Figures.NONE));
    cells.add(sparse.map(Figures::milliseconds).orElse(Figures.NONE));
    if (auto) {
      cells.add(best.map(Figures::milliseconds).orElse(Figures.NONE));
    }
    cells.add(
        dense.flatMap(d -> best.map(b -> Figures.speedup(d, b, colour))).orElse(Figures.NONE));
    return cells;
  }

  private static Optional<Double> median(Trial trial, int batch, String execution) {
    return Trials.latency(trial, batch, execution).map(Latency::medianMs);
  }
}
