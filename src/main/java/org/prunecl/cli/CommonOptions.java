package org.prunecl.cli;

import java.io.PrintStream;
import org.prunecl.Progress;
import org.prunecl.lab.LabException;
import org.prunecl.report.ProgressDisplay;
import org.prunecl.report.Terminal;
import picocli.CommandLine.Option;

/**
 * Options of every command, and where it writes: results to standard output, narration and progress
 * to standard error.
 */
final class CommonOptions {
  @Option(
      names = "--json",
      description = "Print the result as one JSON document on standard output.")
  private boolean json;

  @Option(
      names = "--progress",
      paramLabel = "auto|bar|line|none",
      defaultValue = "auto",
      description = "How progress is shown on standard error (default: ${DEFAULT-VALUE}).")
  private ProgressDisplay progress;

  @Option(
      names = {"-v", "--verbose"},
      description = "Log what is built and, on failure, show the stack trace.")
  private boolean verbose;

  @SuppressWarnings("UnusedVariable") // picocli reads it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  boolean json() {
    return json;
  }

  Progress progress() {
    return progress.open(System.err);
  }

  /** Says something on standard error, so that results can be piped. */
  void say(String text) {
    System.err.println(text);
  }

  /** Warns in one line; a compiler's log would be many: -v shows it. */
  void warn(String text) {
    say("warning: " + (verbose ? text : text.lines().findFirst().orElse("")));
  }

  /**
   * Prints a result.
   *
   * @throws LabException when it can't be written, to a full disk for instance
   */
  void print(String text) {
    PrintStream out = System.out;
    out.print(text);
    if (out.checkError()) {
      throw LabException.run(
          "The result can't be written to standard output.", "Check where it is sent to.");
    }
  }

  /** Colours only where a person looks, unless NO_COLOR is set (no-color.org). */
  boolean colour() {
    String noColor = System.getenv("NO_COLOR");
    return (noColor == null || noColor.isEmpty()) && Terminal.attached();
  }
}
