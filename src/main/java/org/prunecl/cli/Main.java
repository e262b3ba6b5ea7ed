package org.prunecl.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.prunecl.PruneClException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry point: runs one command and ends with its exit code. */
public final class Main {
  private Main() {}

  /** Runs the program. */
  public static void main(String[] args) {
    System.setProperty("java.awt.headless", "true");
    // Numbers in messages look the same everywhere.
    Locale.setDefault(Locale.ROOT);
    if (verbose(List.of(args))) {
      System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "debug");
    }
    System.exit(run(args));
  }

  /** Runs the program and returns its exit code. */
  static int run(String... args) {
    CommandLine program =
        new CommandLine(new PruneClCommand())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setUsageHelpAutoWidth(true)
            .setAbbreviatedOptionsAllowed(false)
            .setParameterExceptionHandler(Main::wrongUsage)
            .setExecutionExceptionHandler(Main::failed);
    try {
      return program.execute(args);
    } catch (OutOfMemoryError e) {
      // Resources are closed by now, and with them most of what filled the memory is gone.
      fail(
          program,
          "Java's memory is too small for this network or dataset: " + e.getMessage(),
          "Allow it more with PRUNECL_JAVA_OPTS=-Xmx8g, say.");
      return ExitCode.RUN;
    }
  }

  private static int wrongUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String cause = e.getMessage();
    String remedy = "See `" + command.getCommandSpec().qualifiedName() + " --help`.";
    if (e instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().get(0);
      if (command.getParent() == null && !first.startsWith("-")) {
        cause = "There is no command '" + first + "'.";
      }
      if (!unmatched.getSuggestions().isEmpty()) {
        remedy = "Did you mean " + String.join(" or ", unmatched.getSuggestions()) + "? " + remedy;
      }
    }
    fail(command, cause, remedy);
    return ExitCode.INPUT;
  }

  private static int failed(Exception e, CommandLine command, ParseResult parsed) {
    if (verbose(parsed.originalArgs())) {
      e.printStackTrace(command.getErr());
    }
    if (e instanceof PruneClException known) {
      fail(command, known.getMessage(), known.remedy());
      return ExitCode.of(known.kind());
    }
    fail(command, "Unexpected failure: " + e, "Run it again with -v, and report what it prints.");
    return ExitCode.RUN;
  }

  /**
   * One line with the cause and one with the remedy; a compiler's log would be many: -v shows it.
   */
  private static void fail(CommandLine command, String cause, String remedy) {
    PrintWriter err = command.getErr();
    err.println("prunecl: " + cause.lines().findFirst().orElse(""));
    err.println("  " + remedy.lines().findFirst().orElse(""));
    err.flush();
  }

  private static boolean verbose(List<String> args) {
    return args.contains("-v") || args.contains("--verbose");
  }
}
