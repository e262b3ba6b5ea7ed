package org.prunecl.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.prunecl.Progress;
import org.prunecl.io.RunFolder;
import org.prunecl.lab.BenchResults;
import org.prunecl.lab.DeviceSession;
import org.prunecl.lab.KernelBench;
import org.prunecl.lab.LabException;
import org.prunecl.report.BenchReport;
import org.prunecl.report.ResultsJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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
      defaultValue = "0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,0.95,0.99",
      paramLabel = "FRACTION",
      description = "Shares of zeros (default: ${DEFAULT-VALUE}).")
  private List<Double> sparsities;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of weights, activations and resamples (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--cold",
      description = "Time weights that lie in no cache too; takes about twice as long.")
  private boolean cold;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Leave bench.json, bench.csv, run.json and charts in this folder.")
  private Path out;

  @Option(names = "--force", description = "Replace files in a folder that is not empty.")
  private boolean force;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    List<KernelBench.Shape> parsed = ShapeOption.parse(shapes);
    ShapeOption.checkBatches(batches);
    if (sparsities.stream().anyMatch(sparsity -> !(sparsity >= 0 && sparsity <= 1))) {
      throw LabException.input(
          "A sparsity is a fraction from 0 to 1.", "Give --sparsities such as 0.5,0.9.");
    }
    if (out == null) {
      measure(parsed, null);
      return 0;
    }
    // Before minutes of measuring, not after.
    RunFolder folder = RunFolder.create(out, force);
    try {
      measure(parsed, new RunFiles(folder));
      common.say("Run folder: " + folder.path());
      return 0;
    } catch (RuntimeException | Error e) {
      folder.removeIfEmpty();
      throw e;
    }
  }

  /**
   * @param files of the run folder, or null
   */
  private void measure(List<KernelBench.Shape> parsed, RunFiles files) {
    try (DeviceSession session =
            devices.open(KernelBench.workload(parsed, batches), common, tuned.given());
        Progress progress = common.progress()) {
      BenchResults results =
          new KernelBench(session).run(parsed, batches, sparsities, seed, cold, progress);
      if (files != null) {
        files.bench(
            spec.root().commandLine().getParseResult().originalArgs(), seed, session, results);
      }
      common.print(
          common.json() ? ResultsJson.text(results) : BenchReport.text(results, common.colour()));
    }
  }
}
