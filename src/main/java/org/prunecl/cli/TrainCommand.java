package org.prunecl.cli;

import picocli.CommandLine.Command;

/** Trains a network and leaves a run folder. */
@Command(
    name = "train",
    description = "Trains a network and leaves a run folder.",
    sortOptions = false,
    abbreviateSynopsis = true)
final class TrainCommand extends RunCommand {
  @Override
  boolean sweeps() {
    return false;
  }
}
