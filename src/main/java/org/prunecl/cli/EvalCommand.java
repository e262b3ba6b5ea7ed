package org.prunecl.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.prunecl.lab.DeviceSession;
import org.prunecl.lab.Evaluation;
import org.prunecl.lab.Experiment;
import org.prunecl.lab.LabException;
import org.prunecl.lab.Workloads;
import org.prunecl.report.ResultsJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Loss and accuracy of a saved model. */
@Command(
    name = "eval",
    description = "Loss and accuracy of a saved model on a dataset's test images.",
    sortOptions = false)
final class EvalCommand implements Callable<Integer> {
  private static final List<String> EXECUTIONS = List.of("dense", "csr", "compact", "auto");

  @Mixin private CommonOptions common;
  @Mixin private RecipeOptions recipes;
  @Mixin private DeviceOptions devices;
  @Mixin private TunedOption tuned;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description = "A safetensors model.")
  private Path model;

  @Option(
      names = "--execution",
      defaultValue = "dense",
      paramLabel = "dense|csr|compact|auto",
      description =
          "Form of the weights; auto measures which is fastest for each layer"
              + " (default: ${DEFAULT-VALUE}).")
  private String execution;

  @Override
  public Integer call() {
    if (!EXECUTIONS.contains(execution)) {
      throw LabException.input(
          "There is no execution called '" + execution + "'.",
          "Use one of " + String.join(", ", EXECUTIONS) + ".");
    }
    SavedNetwork saved = SavedNetwork.open(model, recipes, common);
    try (DeviceSession session =
            devices.open(
                Workloads.evaluation(saved.dataset(), saved.layers(), execution),
                common,
                tuned.given());
        Experiment experiment =
            new Experiment(saved.recipe(), saved.dataset(), saved.layers(), session)) {
      Evaluation evaluation = experiment.evaluate(execution);
      common.print(
          common.json()
              ? ResultsJson.text(evaluation)
              : String.format(
                  Locale.ROOT,
                  "accuracy %.4f, loss %.4f on %,d images (%s)%n",
                  evaluation.accuracy(),
                  evaluation.loss(),
                  evaluation.images(),
                  executed(evaluation)));
      return 0;
    }
  }

  private static String executed(Evaluation evaluation) {
    return evaluation.execution().equals("auto")
        ? "auto: " + String.join(", ", evaluation.forms())
        : evaluation.execution();
  }
}
