package org.prunecl.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.prunecl.data.Dataset;
import org.prunecl.data.Normalization;
import org.prunecl.io.Encoding;
import org.prunecl.io.ModelFile;
import org.prunecl.io.ModelSize;
import org.prunecl.io.ModelWeights;
import org.prunecl.lab.DeviceSession;
import org.prunecl.lab.LabException;
import org.prunecl.lab.Models;
import org.prunecl.lab.PrunedModel;
import org.prunecl.lab.Recipe;
import org.prunecl.lab.Recipes;
import org.prunecl.nn.LayerParameters;
import org.prunecl.prune.Pruning;
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
      paramLabel = "METHOD",
      description = "What is pruned, as [CRITERION-]GRANULARITY: " + PruneOptions.METHODS)
  private String method;

  @Option(
      names = "--sparsity",
      required = true,
      paramLabel = "FRACTION",
      description = "The share to prune of every layer but the last, 0 to 1.")
  private double sparsity;

  @Mixin private PruneOptions options;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of what is pruned at random.")
  private Long seed;

  @Option(
      names = "--data",
      paramLabel = "NAME|DIR",
      description =
          "Dataset whose first training images calibrate gradient and taylor: fashion-mnist, mnist,"
              + " or a folder with the four IDX files.")
  private String data;

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
    Pruning pruning = pruning();
    out.check();
    ModelWeights mlp = ModelFile.read(model);
    List<LayerParameters> layers = Models.parameters(mlp);
    pruning.check(layers.stream().map(LayerParameters::name).toList());
    PrunedModel.Images images = images(pruning, mlp, layers);
    try (DeviceSession session =
        devices.open(PrunedModel.workload(pruning, layers, images), common)) {
      PrunedModel pruned = PrunedModel.of(session, layers, pruning, images, compact);
      Map<String, String> extra = new LinkedHashMap<>(mlp.extra());
      extra.put("pruned", method + " " + sparsity + (compact ? " compacted" : ""));
      ModelSize size = out.write(Models.model(pruned.layers(), mlp.normalize(), extra), encoding);
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

  /** What the options ask for: those of a recipe with this one method and sparsity. */
  private Pruning pruning() {
    if (!(sparsity >= 0 && sparsity <= 1)) {
      throw LabException.input(
          "A sparsity of " + sparsity + " is not a fraction.",
          "Give one from 0 to 1, such as 0.9.");
    }
    ObjectNode recipe = Recipes.options();
    ObjectNode prune = recipe.putObject("prune");
    prune.putArray("methods").add(method);
    prune.putArray("sparsities").add(sparsity);
    options.lay(prune);
    if (seed != null) {
      recipe.put("seed", seed);
    }
    Recipe resolved = Recipes.resolve(Recipes.DEFAULT, recipe);
    return resolved.prune().pruning(method, sparsity, resolved.seed());
  }

  private PrunedModel.Images images(
      Pruning pruning, ModelWeights mlp, List<LayerParameters> layers) {
    if (!pruning.needsGradients()) {
      return null;
    }
    if (data == null) {
      throw LabException.input(
          "Method " + method + " takes gradients on training images.",
          "Name a dataset with --data.");
    }
    Dataset dataset = DataOptions.open(data, common);
    Models.checkFits(layers, dataset);
    String normalize = mlp.normalize() == null ? "unit" : mlp.normalize();
    return new PrunedModel.Images(dataset.train(), Normalization.parse(normalize));
  }
}
