package org.prunecl.cli;

import java.nio.file.Path;
import java.util.List;
import org.prunecl.data.Dataset;
import org.prunecl.io.ModelFile;
import org.prunecl.io.ModelWeights;
import org.prunecl.lab.Models;
import org.prunecl.lab.Recipe;
import org.prunecl.nn.LayerParameters;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The main job: train, prune at every method and sparsity, evaluate, time dense against sparse. */
@Command(
    name = "sweep",
    description =
        "Trains a network (or takes one with --model), prunes it at every method and sparsity,"
            + " evaluates each, times dense against sparse, and reports.",
    sortOptions = false,
    abbreviateSynopsis = true)
final class SweepCommand extends RunCommand {
  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "Prune this safetensors model instead of training one.")
  private Path model;

  @Override
  boolean trains() {
    return model == null;
  }

  @Override
  boolean sweeps() {
    return true;
  }

  @Override
  Start start() {
    if (trains()) {
      return super.start();
    }
    ModelWeights mlp = ModelFile.read(model);
    List<LayerParameters> layers = Models.parameters(mlp);
    Recipe recipe =
        Models.describing(recipes().resolve(), layers, recipes().normalizeFor(mlp.normalize()));
    Dataset dataset = DataOptions.open(recipe.data(), common());
    Models.checkFits(layers, dataset);
    // Where the network came from stands in its file; this recipe did not train it.
    return new Start(recipe, dataset, layers, true, mlp.extra());
  }
}
