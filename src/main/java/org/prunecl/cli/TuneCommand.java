package org.prunecl.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.prunecl.Progress;
import org.prunecl.lab.DeviceSession;
import org.prunecl.lab.GemmTuner;
import org.prunecl.lab.KernelBench;
import org.prunecl.lab.LabException;
import org.prunecl.lab.Recipes;
import org.prunecl.lab.TrainingRun;
import org.prunecl.lab.TuneResults;
import org.prunecl.lab.TuningFile;
import org.prunecl.report.ResultsJson;
import org.prunecl.report.TuneReport;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Finds the parameters of the dense product that are fastest on a device. */
@Command(
    name = "tune",
    description =
        "Finds the fastest parameters of the dense product on your device for a network's shapes,"
            + " and stores them for --tuned.",
    sortOptions = false,
    abbreviateSynopsis = true)
final class TuneCommand implements Callable<Integer> {
  /** Images of 28 x 28 pixels in ten classes, as all known datasets have. */
  private static final int SIDE = 28;

  private static final int PIXELS = SIDE * SIDE;

  private static final int CLASSES = 10;

  @Mixin private CommonOptions common;
  @Mixin private DeviceOptions devices;

  /** How much is tried. */
  static final class Extent {
    @SuppressWarnings("UnusedVariable") // it stands for the default, and excludes the other
    @Option(
        names = "--quick",
        description = "The likeliest parameters, batches 32 and 128: about a minute (default).")
    private boolean quick;

    @Option(
        names = "--full",
        description = "All parameters, batches 1, 32, 128 and 1000: many minutes.")
    private boolean full;
  }

  @ArgGroup private Extent extent = new Extent();

  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE",
      description = "The recipe whose network is meant (default: " + Recipes.DEFAULT + ").")
  private String recipe;

  @Option(
      names = "--hidden",
      split = ",",
      paramLabel = "WIDTH",
      description =
          "Widths of the hidden layers, between " + PIXELS + " inputs and " + CLASSES + " outputs.")
  private List<Integer> hidden;

  @Option(
      names = "--shapes",
      split = ",",
      paramLabel = "ROWSxCOLS",
      description = "Shapes of W, outputs x inputs, instead of a recipe's.")
  private List<String> shapes;

  @Option(
      names = "--batch",
      split = ",",
      paramLabel = "N",
      description = "Columns of the activations.")
  private List<Integer> batches;

  @Override
  public Integer call() {
    if (shapes != null && (recipe != null || hidden != null)) {
      throw LabException.input(
          "--shapes stands instead of --recipe and --hidden.", "Give one or the other.");
    }
    List<KernelBench.Shape> layers = shapes == null ? layers() : ShapeOption.parse(shapes);
    List<Integer> columns =
        batches != null ? batches : extent.full ? List.of(1, 32, 128, 1000) : List.of(32, 128);
    ShapeOption.checkBatches(columns);
    try (DeviceSession session = devices.open(GemmTuner.workload(layers, columns), common);
        Progress progress = common.progress()) {
      TuningFile file = TuningFile.of(session.backend().device());
      file.prepare();
      TuneResults results =
          new GemmTuner(session, extent.full).run(layers, columns, file, progress);
      file.store(results);
      common.print(
          common.json() ? ResultsJson.text(results) : TuneReport.text(results, common.colour()));
      return 0;
    }
  }

  private List<KernelBench.Shape> layers() {
    ObjectNode options = Recipes.options();
    if (hidden != null) {
      hidden.forEach(options.putArray("hidden")::add);
    }
    return TrainingRun.connected(
        Recipes.resolve(Optional.ofNullable(recipe).orElse(Recipes.DEFAULT), options),
        SIDE,
        SIDE,
        CLASSES);
  }
}
