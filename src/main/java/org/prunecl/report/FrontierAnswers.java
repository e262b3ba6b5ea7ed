package org.prunecl.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
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
    Map<Double, String> times = new TreeMap<>();
    String winner = null;
    double shortest = Double.POSITIVE_INFINITY;
    for (String method : Trials.methods(results)) {
      Double time =
          Frontier.latencyAt(Frontier.points(results, method, batch), accuracy - ROUNDING)
              .orElse(null);
      DeployedForm form = DeployedForm.of(method);
      if (time != null) {
        times.merge(time, name(form), (one, other) -> one + " and " + other);
      }
      if (time != null && !form.control() && time < shortest) {
        shortest = time;
        winner = name(form);
      }
    }
    String reached =
        Figures.percent(accuracy, 2)
            + " % (1 point less than unpruned) on "
            + results.device().name()
            + " at batch "
            + batch;
    if (winner == null) {
      return "No way of pruning measured here reaches " + reached + ".";
    }
    List<String> all = new ArrayList<>();
    times.forEach((time, name) -> all.add(name + " " + milliseconds(time)));
    Double dense =
        Frontier.unpruned(results, batch).map(point -> point.latency().mean()).orElse(null);
    if (dense != null && dense <= shortest) {
      return "No way of pruning measured here is cheaper than the unpruned network ("
          + milliseconds(dense)
          + ") for "
          + reached
          + ": "
          + String.join(", ", all)
          + ".";
    }
    if (dense != null) {
      all.add("unpruned " + milliseconds(dense));
    }
    return "Pruning "
        + winner
        + " is the cheapest way to "
        + reached
        + ": "
        + String.join(", ", all)
        + ".";
  }

  private static String milliseconds(double time) {
    return Figures.milliseconds(time) + " ms";
  }

  private static String name(DeployedForm form) {
    return form.pruned().toLowerCase(Locale.ROOT);
  }
}
