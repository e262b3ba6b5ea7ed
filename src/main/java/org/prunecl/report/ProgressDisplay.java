package org.prunecl.report;

import java.io.PrintStream;
import java.util.Locale;
import org.prunecl.Progress;

/** How progress is shown on standard error: the values of {@code --progress}. */
public enum ProgressDisplay {
  /** A bar on a terminal, lines elsewhere. */
  AUTO,
  /** A bar with the time left, redrawn in place. */
  BAR,
  /** A plain line now and then, for logs. */
  LINE,
  /** Nothing. */
  NONE;

  /**
   * Opens the display.
   *
   * @param err where it writes: standard error
   */
  public Progress open(PrintStream err) {
    return switch (this) {
      case AUTO -> (Terminal.attached() ? BAR : LINE).open(err);
      case BAR -> new BarProgress(err);
      case LINE -> new LineProgress(err, System::nanoTime);
      case NONE -> Progress.NONE;
    };
  }

  /** The name as users write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
