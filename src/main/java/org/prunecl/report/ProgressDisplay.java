package org.prunecl.report;

import java.io.PrintStream;
import java.util.Locale;
import org.prunecl.Progress;
import org.prunecl.PruneClException.Kind;

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
   * The display of that name.
   *
   * @param name {@code auto}, {@code bar}, {@code line} or {@code none}
   * @throws ReportException for any other name
   */
  public static ProgressDisplay of(String name) {
    for (ProgressDisplay display : values()) {
      if (display.toString().equals(name)) {
        return display;
      }
    }
    throw new ReportException(
        Kind.INPUT,
        "There is no progress display called '" + name + "'.",
        "Use one of auto, bar, line, none.",
        null);
  }

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

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
