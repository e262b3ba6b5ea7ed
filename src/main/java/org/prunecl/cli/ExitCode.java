package org.prunecl.cli;

import org.prunecl.PruneClException;

/** The program's exit codes. */
final class ExitCode {
  /** Failed while running. */
  static final int RUN = 1;

  /** Wrong usage, or a bad input file or output folder. */
  static final int INPUT = 2;

  /** No usable device, a dataset that can't be had, set-up missing. */
  static final int SETUP = 3;

  private ExitCode() {}

  static int of(PruneClException.Kind kind) {
    return switch (kind) {
      case RUN -> RUN;
      case INPUT -> INPUT;
      case SETUP -> SETUP;
    };
  }
}
