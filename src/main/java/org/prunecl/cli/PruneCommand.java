package org.prunecl.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.prunecl.io.Encoding;
import org.prunecl.io.ModelFile;
import org.prunecl.io.ModelSize;
import org.prunecl.io.ModelWeights;
import org.prunecl.lab.DeviceSession;
import org.prunecl.lab.LabException;
import org.prunecl.lab.Models;
import org.prunecl.lab.PrunedModel;
import org.prunecl.nn.LayerParameters;
import org.prunecl.prune.Method;
import org.prunecl.prune.Pruning;
import org.prunecl.prune.Selection;
import org.prunecl.report.ResultsJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prunes one model file into another. */
@Command(
    name = "prune",
    description = "Prunes a saved model into another model file.",
    sortOptions = false)
final class PruneCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private DeviceOptions devices;
  @Mixin private ModelOutOptions out;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description = "The safetensors model to prune.")
  private Path model;

  @Option(
      names = "--method",
      required = true,
      paramLabel = "weight|unit",
      description = "What is pruned: the smallest weights, or the units with the smallest norms.")
  private Method method;

  @Option(
      names = "--sparsity",
      required = true,
      paramLabel = "FRACTION",
      description = "The share to prune of every layer but the last, 0 to 1.")
  private double sparsity;

  @Option(
      names = "--selection",
      defaultValue = "count",
      paramLabel = "count|percentile",
      description =
          "Exactly int(n*s) smallest, or those strictly below the percentile"
              + " (default: ${DEFAULT-VALUE}).")
  private Selection selection;

  @Option(names = "--include-output", description = "Prune the output layer too.")
  private boolean includeOutput;

  @Option(names = "--compact", description = "Remove dead units: a smaller dense model.")
  private boolean compact;

  @Option(
      names = "--encoding",
      defaultValue = "dense",
      paramLabel = "dense|sparse",
      description =
          "Plain safetensors, or a bitmap and the non-zeros where that is smaller"
              + " (default: ${DEFAULT-VALUE}).")
  private Encoding encoding;

  @Override
  public Integer call() {
    if (!(sparsity >= 0 && sparsity <= 1)) {
      throw LabException.input(
          "A sparsity of " + sparsity + " is not a fraction.",
          "Give one from 0 to 1, such as 0.9.");
    }
    out.check();
    ModelWeights network = ModelFile.read(model);
    List<LayerParameters> layers = Models.parameters(network);
    Pruning pruning = new Pruning(method, sparsity, selection, includeOutput);
    try (DeviceSession session = devices.open(PrunedModel.workload(layers), common)) {
      PrunedModel pruned = PrunedModel.of(session, layers, pruning, compact);
      Map<String, String> extra = new LinkedHashMap<>(network.extra());
      extra.put("pruned", method.label() + " " + sparsity + (compact ? " compacted" : ""));
      ModelSize size =
          out.write(Models.model(pruned.layers(), network.normalize(), extra), encoding);
      PrunedModel.Summary summary = pruned.summary(size);
      common.print(
          common.json()
              ? ResultsJson.text(summary)
              : String.format(
                  Locale.ROOT,
                  "%s: %,d of %,d parameters are not zero; sparsity %.4f of the prunable"
                      + " layers%n%s",
                  out.file(),
                  summary.nonzero(),
                  summary.parameters(),
                  summary.achievedSparsity(),
                  out.text(size)));
      return 0;
    }
  }
}
