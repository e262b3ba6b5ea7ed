package org.prunecl.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.prunecl.lab.DeviceSession;
import org.prunecl.lab.Experiment;
import org.prunecl.lab.PlanResults;
import org.prunecl.lab.Workloads;
import org.prunecl.report.PlanReport;
import org.prunecl.report.ResultsJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The fastest form of each layer of a saved model. */
@Command(
    name = "plan",
    description =
        "Measures which form is fastest for each layer of a saved model, without its dead units,"
            + " on a dataset's test images, and from which sparsity a sparse one is.",
    sortOptions = false)
final class PlanCommand implements Callable<Integer> {
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
      names = "--batch",
      defaultValue = "128",
      paramLabel = "N",
      description = "Images at a time (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Override
  public Integer call() {
    ShapeOption.checkBatches(List.of(batch));
    SavedNetwork saved = SavedNetwork.open(model, recipes, common);
    try (DeviceSession session =
            devices.open(
                Workloads.planning(saved.dataset(), saved.layers(), batch), common, tuned.given());
        Experiment experiment =
            new Experiment(saved.recipe(), saved.dataset(), saved.layers(), session)) {
      PlanResults results = experiment.plan(batch);
      common.print(
          common.json() ? ResultsJson.text(results) : PlanReport.text(results, common.colour()));
      return 0;
    }
  }
}
