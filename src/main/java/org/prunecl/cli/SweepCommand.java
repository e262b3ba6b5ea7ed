package org.prunecl.cli;

import java.nio.file.Path;
import org.prunecl.lab.Study;
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
    SavedNetwork saved = SavedNetwork.open(model, recipes(), common());
    // Where the network came from stands in its file; this recipe did not train it.
    return new Start(
        saved.recipe(), saved.dataset(), new Study.Start(saved.layers(), true, saved.notes()));
  }
}
