package org.prunecl.cli;

import picocli.CommandLine.Option;

/** Whether a job uses what `prunecl tune` found. */
final class TunedOption {
  @Option(
      names = "--tuned",
      description =
          "Use the kernel parameters that `prunecl tune` found for the device. Trained weights may"
              + " differ in their last bits.")
  private boolean tuned;

  boolean given() {
    return tuned;
  }
}
