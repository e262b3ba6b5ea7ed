package org.prunecl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final Pattern SHAPE = Pattern.compile("([1-9]\\d{0,5})x([1-9]\\d{0,5})");

  @Mixin private CommonOptions common;
  @Mixin private DeviceOptions devices;

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
    List<KernelBench.Shape> parsed = new ArrayList<>();
    for (String shape : shapes) {
      Matcher matcher = SHAPE.matcher(shape.strip());
      if (!matcher.matches()) {
        throw LabException.input(
            "'" + shape + "' is not a shape.", "Write rows x columns, such as 1000x784.");
      }
      parsed.add(
          new KernelBench.Shape(
              Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))));
    }
    if (batches.stream().anyMatch(batch -> batch < 1)) {
      throw LabException.input("A batch is at least 1.", "Give --batch such as 1,32,128.");
    }
    if (sparsities.stream().anyMatch(sparsity -> !(sparsity >= 0 && sparsity <= 1))) {
      throw LabException.input(
          "A sparsity is a fraction from 0 to 1.", "Give --sparsities such as 0.5,0.9.");
    }
    try (DeviceSession session = devices.open(KernelBench.workload(parsed, batches), common);
        Progress progress = common.progress()) {
      BenchResults results =
          new KernelBench(session).run(parsed, batches, sparsities, seed, progress);
      common.print(
          common.json() ? ResultsJson.text(results) : BenchReport.text(results, common.colour()));
      return 0;
    }
  }
}
