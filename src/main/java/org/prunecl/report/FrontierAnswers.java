package org.prunecl.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.prunecl.lab.Results;

/** Which way of pruning is cheaper at equal accuracy, in a sentence per batch size. */
final class FrontierAnswers {
  /** Accuracies are ratios of counts: one that is reached exactly mustn't fail by rounding. */
  private static final double ROUNDING = 1e-9;

  private FrontierAnswers() {}

  static List<String> of(Results results) {
    List<String> answers = new ArrayList<>();
    for (int batch : Trials.batches(results.trials())) {
      answers.add(cheapest(results, batch));
    }
    return answers;
  }

  /** The time that each method takes for one point less than the unpruned accuracy. */
  private static String cheapest(Results results, int batch) {
    double unpruned = Trials.unpruned(results).mean();
    double accuracy = unpruned - SweepAnswers.ONE_POINT;
    List<Reached> all = new ArrayList<>();
    for (String method : Trials.methods(results)) {
      DeployedForm form = DeployedForm.of(method);
      Frontier.latencyAt(Frontier.points(results, method, batch), accuracy - ROUNDING)
          .ifPresent(time -> all.add(new Reached(form, time)));
    }
    all.sort(Comparator.comparingDouble(Reached::time));
    String reached =
        Figures.percent(accuracy, 2)
            + " % (1 point less than unpruned) on "
            + results.device().name()
            + " at batch "
            + batch;
    Reached winner = all.stream().filter(one -> !one.form.control()).findFirst().orElse(null);
    if (winner == null) {
      return "No way of pruning measured here reaches " + reached + ".";
    }
    List<String> times = new ArrayList<>();
    all.forEach(one -> times.add(one.name() + " " + milliseconds(one.time)));
    Double dense =
        Frontier.unpruned(results, batch).map(point -> point.latency().mean()).orElse(null);
    if (dense != null && dense <= winner.time) {
      return "No way of pruning measured here is cheaper than the unpruned network ("
          + milliseconds(dense)
          + ") for "
          + reached
          + ": "
          + String.join(", ", times)
          + ".";
    }
    if (dense != null) {
      times.add("unpruned " + milliseconds(dense));
    }
    String cheaper =
        all.get(0).form.control()
            ? " The small dense network, trained from scratch, is cheaper still."
            : "";
    return "Pruning "
        + winner.name()
        + " is the cheapest way of pruning to "
        + reached
        + ": "
        + String.join(", ", times)
        + "."
        + cheaper;
  }

  /** A method that reaches the accuracy, and the milliseconds per batch that it takes. */
  private record Reached(DeployedForm form, double time) {
    String name() {
      return form.pruned().toLowerCase(Locale.ROOT);
    }
  }

  private static String milliseconds(double time) {
    return Figures.milliseconds(time) + " ms";
  }
}
