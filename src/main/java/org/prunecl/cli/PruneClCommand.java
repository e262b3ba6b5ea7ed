package org.prunecl.cli;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program itself: names its commands. */
@Command(
    name = "prunecl",
    description =
        "Trains a network, prunes it, and measures on your OpenCL device how far it can be pruned"
            + " and from which sparsity a sparse kernel beats a dense one.",
    mixinStandardHelpOptions = true,
    versionProvider = PruneClCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DevicesCommand.class,
      TrainCommand.class,
      EvalCommand.class,
      PruneCommand.class,
      ExportCommand.class,
      SweepCommand.class,
      LotteryCommand.class,
      PlanCommand.class,
      BenchCommand.class,
      TuneCommand.class,
      GenerateCompletion.class
    },
    footer = {
      "",
      "Exit codes: 0 done; 1 failed while running; 2 wrong usage or bad input;",
      "3 no usable device, dataset or set-up."
    })
final class PruneClCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  /** The version that the build wrote into the jar. */
  static final class Version implements IVersionProvider {
    static String number() {
      String version = PruneClCommand.class.getPackage().getImplementationVersion();
      return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
      return new String[] {"PruneCL " + number()};
    }
  }
}
