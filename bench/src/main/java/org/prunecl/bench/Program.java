package org.prunecl.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The program as a user starts it.
 *
 * @param launcher the file
 */
record Program(Path launcher) {
  /** The launcher beside the benchmarks. */
  static Program of(Project project) {
    return new Program(project.folder().resolveSibling("prunecl"));
  }

  /**
   * Nanoseconds from the launch to the end.
   *
   * @throws BenchException when it fails
   */
  long nanosToEnd(List<String> arguments, Map<String, String> environment) throws IOException {
    return nanos(arguments, environment, null);
  }

  /**
   * Nanoseconds from the launch until standard error has a line with this text; then the program is
   * ended.
   *
   * @throws BenchException when it ends without such a line
   */
  long nanosToLine(List<String> arguments, Map<String, String> environment, String text)
      throws IOException {
    return nanos(arguments, environment, text);
  }

  private long nanos(List<String> arguments, Map<String, String> environment, String text)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    long start = System.nanoTime();
    Process process = builder.start();
    process.getOutputStream().close();
    try (BufferedReader messages = process.errorReader(StandardCharsets.UTF_8)) {
      String last = "it said nothing";
      for (String line = messages.readLine(); line != null; line = messages.readLine()) {
        if (text != null && line.contains(text)) {
          return System.nanoTime() - start;
        }
        last = line;
      }
      int code = await(process);
      if (text == null && code == 0) {
        return System.nanoTime() - start;
      }
      throw BenchException.run(
          "prunecl " + arguments.get(0) + " ended with exit code " + code + ": " + last.strip(),
          "Run it by hand, and put right what it says.");
    } finally {
      process.destroy();
      await(process);
    }
  }

  private static int await(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }
}
