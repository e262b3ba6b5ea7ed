package org.prunecl.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.prunecl.lab.Crossover;
import org.prunecl.lab.Results;
import org.prunecl.lab.Trial;

/**
 * The questions of a sweep, answered in sentences: how far can you prune within one point of
 * accuracy, from which sparsity does the deployed form beat dense, and which way of pruning is the
 * cheapest?
 */
final class SweepAnswers {
  static final double ONE_POINT = 0.01;

  /**
   * Accuracies are ratios of counts: a difference of exactly one point mustn't fail by rounding.
   */
  private static final double ROUNDING = 1e-9;

  private SweepAnswers() {}

  /** One sentence per method for each question, for the last one per batch size. */
  static List<String> of(Results results) {
    List<String> answers = new ArrayList<>();
    List<String> methods = Trials.methods(results);
    methods.forEach(method -> answers.add(withinOnePoint(results, method)));
    for (String method : methods) {
      if (results.crossover().stream().anyMatch(c -> c.method().equals(method))) {
        answers.add(crossover(results, method));
      }
      if (SweepReport.auto(results, DeployedForm.of(method))) {
        answers.add(autoCrossover(results, method));
      }
    }
    answers.addAll(FrontierAnswers.of(results));
    return answers;
  }

  /**
   * How far the method prunes before a measured sparsity first costs more than one point against
   * the unpruned network, means over the seeds. A sparsity beyond it that does well again doesn't
   * count.
   */
  static String withinOnePoint(Results results, String method) {
    String pruned = DeployedForm.of(method).pruned();
    double unpruned = Trials.unpruned(results).mean();
    String reference = "1 point of the unpruned " + Figures.percent(unpruned, 2) + " %";
    List<Measured> trials =
        Trials.bySparsity(results, method).stream()
            .map(Measured::of)
            .filter(trial -> trial.sparsity > 0)
            .toList();
    if (trials.isEmpty()) {
      return pruned + ": no pruned network was measured.";
    }
    int good = 0;
    while (good < trials.size() && unpruned - trials.get(good).accuracy() <= ONE_POINT + ROUNDING) {
      good++;
    }
    if (good == 0) {
      return pruned
          + ": no measured sparsity stays within "
          + reference
          + "; at "
          + state(trials.get(0))
          + ".";
    }
    String within =
        pruned
            + ": up to "
            + Figures.percentAsGiven(trials.get(good - 1).sparsity())
            + " % can be "
            + (DeployedForm.of(method).control() ? "left out" : "pruned")
            + " within "
            + reference;
    if (good == trials.size()) {
      return within
          + ", the most that was measured (accuracy there "
          + Figures.percent(trials.get(good - 1).accuracy(), 2)
          + " %).";
    }
    return within + "; at " + state(trials.get(good)) + ".";
  }

  /** The trials of one sparsity. */
  private record Measured(double sparsity, double accuracy) {
    static Measured of(List<Trial> trials) {
      return new Measured(trials.get(0).sparsity(), Trials.spread(trials, Trial::accuracy).mean());
    }
  }

  private static String state(Measured trial) {
    return Figures.percentAsGiven(trial.sparsity())
        + " % the accuracy is "
        + Figures.percent(trial.accuracy(), 2)
        + " %";
  }

  /** From where the method's form is faster than dense, at each batch size. */
  static String crossover(Results results, String method) {
    DeployedForm form = DeployedForm.of(method);
    String subject = form.control() ? "the small network is" : form.execution() + " is";
    return sentence(results, method, subject, Crossover::sparsity);
  }

  /** The same for the forms that measurement picked. */
  static String autoCrossover(Results results, String method) {
    return sentence(results, method, "the fastest form of each layer is", Crossover::auto);
  }

  private static String sentence(
      Results results, String method, String subject, Function<Crossover, Double> from) {
    List<Trial> trials = Trials.of(results, method);
    double most = trials.get(trials.size() - 1).sparsity();
    String batches =
        results.crossover().stream()
            .filter(crossover -> crossover.method().equals(method))
            .sorted(Comparator.comparingInt(Crossover::batch))
            .map(c -> "at batch " + c.batch() + " " + from(from.apply(c), most))
            .collect(Collectors.joining(", "));
    return DeployedForm.of(method).pruned()
        + ": on "
        + results.device().name()
        + ", "
        + subject
        + (DeployedForm.of(method).control()
            ? " faster than the unpruned one "
            : " faster than dense ")
        + batches
        + ".";
  }

  /**
   * The end of a sentence that begins "is faster than dense".
   *
   * @param crossover the sparsity from which it is, null if it never is
   * @param most the largest sparsity measured
   */
  static String from(Double crossover, double most) {
    return crossover == null
        ? "from no measured sparsity on (up to " + Figures.percentAsGiven(most) + " %)"
        : "from " + Figures.percent(crossover, 1) + " % sparsity";
  }
}
