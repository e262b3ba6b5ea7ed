package org.prunecl.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.prunecl.lab.Latency;
import org.prunecl.lab.Results;
import org.prunecl.lab.Trial;

/** A sweep's results as text: one table per method, then the answers that they give. */
public final class SweepReport {
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
          .append("\n\n")
          .append(table(Trials.of(results, method), form, colour));
    }
    if (!results.trials().isEmpty()) {
      text.append('\n');
      SweepAnswers.of(results).forEach(answer -> text.append(answer).append('\n'));
    }
    return text.toString();
  }

  private static TextTable table(List<Trial> trials, DeployedForm form, boolean colour) {
    List<Integer> batches = Trials.batches(trials);
    TextTable table =
        new TextTable()
            .numbers("sparsity", "%")
            .numbers("accuracy", "%")
            .numbers("loss", "")
            .numbers("non-zeros", "")
            .numbers("size", "KiB");
    for (int batch : batches) {
      table
          .numbers("dense", "ms")
          .numbers(form.execution(), "ms")
          .numbers("speedup", "times")
          .group("batch " + batch, 3);
    }
    table.numbers("in theory", "times");
    for (Trial trial : trials) {
      List<String> cells = new ArrayList<>();
      cells.add(Figures.percentAsGiven(trial.sparsity()));
      cells.add(Figures.percent(trial.accuracy(), 2));
      cells.add(Figures.decimal(trial.loss(), 4));
      cells.add(Figures.count(trial.nonzero()));
      cells.add(Figures.kib(form.bytes(trial.bytes())));
      batches.forEach(batch -> cells.addAll(timing(trial, batch, form, colour)));
      cells.add(Figures.decimal(trial.theoreticalSpeedup(), 2));
      table.row(cells);
    }
    return table;
  }

  private static List<String> timing(Trial trial, int batch, DeployedForm form, boolean colour) {
    Optional<Double> dense = Trials.latency(trial, batch, "dense").map(Latency::medianMs);
    Optional<Double> sparse = Trials.latency(trial, batch, form.execution()).map(Latency::medianMs);
    return List.of(
        dense.map(Figures::milliseconds).orElse(Figures.NONE),
        sparse.map(Figures::milliseconds).orElse(Figures.NONE),
        dense.flatMap(d -> sparse.map(s -> Figures.speedup(d, s, colour))).orElse(Figures.NONE));
  }
}
