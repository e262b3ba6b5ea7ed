package org.prunecl.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.prunecl.Progress;
import org.prunecl.lab.BenchResults;
import org.prunecl.lab.DeviceSession;
import org.prunecl.lab.KernelBench;
import org.prunecl.lab.LabException;
import org.prunecl.report.BenchReport;
import org.prunecl.report.ResultsJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Dense against sparse kernels alone. */
@Command(
    name = "bench",
    description = "Times dense against sparse kernels alone, on random weights.",
    sortOptions = false,
    abbreviateSynopsis = true)
final class BenchCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DeviceOptions devices;
  @Mixin private TunedOption tuned;

  @Option(
      names = "--shapes",
      split = ",",
      defaultValue = "1000x784,1000x1000",
      paramLabel = "ROWSxCOLS",
      description = "Shapes of W, outputs x inputs (default: ${DEFAULT-VALUE}).")
  private List<String> shapes;

  @Option(
      names = "--batch",
      split = ",",
      defaultValue = "1,32,128",
      paramLabel = "N",
      description = "Columns of the activations (default: ${DEFAULT-VALUE}).")
  private List<Integer> batches;

  @Option(
      names = "--sparsities",
      split = ",",
      defaultValue = "0.5,0.6,0.7,0.8,0.9,0.95",
      paramLabel = "FRACTION",
      description = "Shares of zeros (default: ${DEFAULT-VALUE}).")
  private List<Double> sparsities;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of weights and activations (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Override
  public Integer call() {
    List<KernelBench.Shape> parsed = ShapeOption.parse(shapes);
    ShapeOption.checkBatches(batches);
    if (sparsities.stream().anyMatch(sparsity -> !(sparsity >= 0 && sparsity <= 1))) {
      throw LabException.input(
          "A sparsity is a fraction from 0 to 1.", "Give --sparsities such as 0.5,0.9.");
    }
    try (DeviceSession session =
            devices.open(KernelBench.workload(parsed, batches), common, tuned.given());
        Progress progress = common.progress()) {
      BenchResults results =
          new KernelBench(session).run(parsed, batches, sparsities, seed, progress);
      common.print(
          common.json() ? ResultsJson.text(results) : BenchReport.text(results, common.colour()));
      return 0;
    }
  }
}
