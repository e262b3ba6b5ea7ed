package org.prunecl.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs a compiler. */
final class Command {
  private Command() {}

  /** Whether a program of that name is on the path. */
  static boolean exists(String program) {
    for (String folder : System.getenv("PATH").split(java.io.File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Waits for the command and returns all that it wrote.
   *
   * @param folder where it runs
   * @param environment set for it
   * @throws CompileException when it fails
   */
  static String run(Path folder, Map<String, String> environment, List<String> command)
      throws CompileException {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new CompileException(firstError(output));
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for " + command.get(0), e);
    }
  }

  private static String firstError(String output) {
    return output
        .lines()
        .filter(line -> line.toLowerCase(java.util.Locale.ROOT).contains("error"))
        .findFirst()
        .orElseGet(() -> output.isBlank() ? "no message" : output.strip().lines().findFirst().get())
        .strip();
  }
}
