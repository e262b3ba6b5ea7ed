package org.prunecl.cli;

import org.prunecl.prune.Schedule;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Trains a network and leaves a run folder. */
@Command(
    name = "train",
    description = "Trains a network and leaves a run folder.",
    sortOptions = false,
    abbreviateSynopsis = true)
final class TrainCommand extends RunCommand {
  @Spec private CommandSpec spec;

  /** Pruned here is only what is trained under masks. */
  @Override
  Start start() {
    Start start = super.start();
    Schedule.Kind kind = start.recipe().prune().schedule().schedule().kind();
    if (kind == Schedule.Kind.ONE_SHOT) {
      RecipeOptions.pruning(spec.commandLine().getParseResult())
          .ifPresent(
              option ->
                  common()
                      .warn(
                          option
                              + " has no effect: by schedule one_shot nothing is pruned in"
                              + " training; prune with sweep or prune, or give another"
                              + " --schedule"));
    }
    return start;
  }

  @Override
  boolean sweeps() {
    return false;
  }
}
