package org.prunecl.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.prunecl.lab.Baseline;
import org.prunecl.lab.Results;
import org.prunecl.lab.Spread;
import org.prunecl.lab.Trial;

/** A sweep's results as text: one table per method, then the answers that they give. */
public final class SweepReport {
  /** The execution in the forms that measurement picked. */
  static final String AUTO = "auto";

  private SweepReport() {}

  /**
   * The report, in ASCII but for names that aren't, every line ending in a newline. Without trials
   * (a training run) it is the line about the unpruned network, and what became of a pruned one.
   *
   * @param colour whether gains are shown in green by ANSI sequences
   */
  public static String text(Results results, boolean colour) {
    StringBuilder text = new StringBuilder();
    int seeds = results.baselines().size();
    text.append("Unpruned: accuracy ")
        .append(Figures.percent(Trials.unpruned(results), 2))
        .append(seeds > 1 ? " % over " + seeds + " seeds, loss " : " %, loss ")
        .append(
            Figures.decimal(
                Spread.of(results.baselines().stream().map(Baseline::loss).toList()).mean(), 4))
        .append(", ")
        .append(Figures.count(results.baseline().parameters()))
        .append(" parameters.\n");
    if (results.pruned() != null) {
      text.append(TrainReport.text(results));
    }
    for (String method : Trials.methods(results)) {
      DeployedForm form = DeployedForm.of(method);
      text.append('\n')
          .append(form.label())
          .append(": ")
          .append(form.reference())
          .append(" against ")
          .append(form.execution())
          .append(auto(results, form) ? " and the fastest form of each layer (auto)" : "")
          .append("\n\n")
          .append(table(Trials.bySparsity(results, method), form, auto(results, form), colour));
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
        && !form.control()
        && results.trials().stream()
            .flatMap(trial -> trial.latency().stream())
            .anyMatch(latency -> latency.execution().equals(AUTO));
  }

  private static TextTable table(
      List<List<Trial>> rows, DeployedForm form, boolean auto, boolean colour) {
    List<Integer> batches = Trials.batches(rows.stream().flatMap(List::stream).toList());
    TextTable table =
        new TextTable()
            .numbers("sparsity", "%")
            .numbers("accuracy", "%")
            .numbers("loss", "")
            .numbers("non-zeros", "")
            .numbers("size", "KiB")
            .numbers("bytes", "times")
            .numbers("params", "times")
            .group("compression", 2);
    for (int batch : batches) {
      table.numbers(form.reference(), "ms").numbers(form.execution(), "ms");
      if (auto) {
        table.numbers(AUTO, "ms");
      }
      table.numbers("speedup", "times").group("batch " + batch, auto ? 4 : 3);
    }
    table.numbers("in theory", "times");
    for (List<Trial> trials : rows) {
      boolean left = trials.stream().allMatch(trial -> trial.compression().parameters() != null);
      List<String> cells = new ArrayList<>();
      cells.add(Figures.percentAsGiven(trials.get(0).sparsity()));
      cells.add(Figures.percent(Trials.spread(trials, Trial::accuracy), 2));
      cells.add(mean(trials, Trial::loss, 4));
      cells.add(mean(trials, Trial::nonzero, 0));
      cells.add(mean(trials, trial -> form.bytes(trial.bytes()) / 1024.0, 1));
      cells.add(mean(trials, trial -> trial.compression().bytes(), 2));
      cells.add(left ? mean(trials, trial -> trial.compression().parameters(), 2) : Figures.NONE);
      batches.forEach(batch -> cells.addAll(timing(trials, batch, form, auto, colour)));
      cells.add(mean(trials, Trial::theoreticalSpeedup, 2));
      table.row(cells);
    }
    return table;
  }

  private static String mean(List<Trial> trials, ToDoubleFunction<Trial> figure, int decimals) {
    return Figures.decimal(Trials.spread(trials, figure).mean(), decimals);
  }

  private static List<String> timing(
      List<Trial> trials, int batch, DeployedForm form, boolean auto, boolean colour) {
    String best = auto ? AUTO : form.execution();
    List<String> executions = new ArrayList<>(List.of(form.reference(), form.execution()));
    if (auto) {
      executions.add(AUTO);
    }
    List<String> cells = new ArrayList<>();
    for (String execution : executions) {
      cells.add(
          Trials.medians(trials, batch, execution)
              .map(time -> Figures.milliseconds(time.mean()))
              .orElse(Figures.NONE));
    }
    boolean timed =
        Trials.medians(trials, batch, form.reference()).isPresent()
            && Trials.medians(trials, batch, best).isPresent();
    cells.add(
        timed
            ? Figures.speedup(Trials.spread(trials, trial -> trial.speedup(batch, best)), colour)
            : Figures.NONE);
    return cells;
  }
}
