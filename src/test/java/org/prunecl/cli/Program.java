package org.prunecl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The packaged program, started in a process of its own as a user starts it, in a folder and with
 * an environment that holds only what the system needs.
 */
final class Program {
  private static final List<String> KEPT =
      List.of(
          "PATH", "HOME", "LANG", "PRUNECL_CACHE", "XDG_CACHE_HOME", "POCL_CACHE_DIR", "TMPDIR");
  private static final Pattern NARRATION =
      Pattern.compile(
          "(Device: |warning: |Training: |Resume it with: |sweep: |[eE]poch \\d|\\d+ errors?"
              + " generated).*");
  private static final long LIMIT_SECONDS = 240;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();

  private Program(Path folder) {
    this.folder = folder;
    for (String name : KEPT) {
      if (System.getenv(name) != null) {
        environment.put(name, System.getenv(name));
      }
    }
  }

  /** The program started in this folder. */
  static Program in(Path folder) {
    return new Program(folder);
  }

  /** A few real images of Fashion-MNIST: 300 to train, 100 to test, ten classes. */
  static String fashion() {
    try {
      return Path.of(Program.class.getResource("/fashion-mnist-small").toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Parses exactly one JSON document. */
  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError("not one JSON document: " + text, e);
    }
  }

  /** Parses a file that holds exactly one JSON document. */
  static JsonNode json(Path file) throws IOException {
    return json(Files.readString(file));
  }

  Program with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /**
   * Runs the program and kills it, as the system kills, if it isn't over by then.
   *
   * @return whether it was over, and successful
   */
  boolean killedAfter(long milliseconds, String... arguments) {
    try {
      File log = File.createTempFile("prunecl", ".log");
      try {
        Process process = start(arguments, log, log);
        long limit = Math.min(milliseconds, TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
        if (process.waitFor(limit, TimeUnit.MILLISECONDS)) {
          assertThat(process.exitValue()).as(Files.readString(log.toPath())).isZero();
          return true;
        }
        process.destroyForcibly().waitFor();
        assertThat(limit).as(Files.readString(log.toPath())).isEqualTo(milliseconds);
        return false;
      } finally {
        Files.delete(log.toPath());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Process start(String[] arguments, File out, File err) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command(arguments))
            .directory(folder.toFile())
            .redirectOutput(out)
            .redirectError(err);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  private static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Short runs: don't compile what runs once.
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:+UseSerialGC");
    command.add("-jar");
    command.add(System.getProperty("prunecl.jar"));
    command.addAll(List.of(arguments));
    return command;
  }

  Outcome run(String... arguments) {
    try {
      File out = File.createTempFile("prunecl", ".out");
      File err = File.createTempFile("prunecl", ".err");
      try {
        Process process = start(arguments, out, err);
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
          throw new AssertionError(
              "still running: " + command(arguments) + "\n" + Files.readString(err.toPath()));
        }
        return new Outcome(
            List.of(arguments),
            process.exitValue(),
            Files.readString(out.toPath()),
            Files.readString(err.toPath()));
      } finally {
        Files.delete(out.toPath());
        Files.delete(err.toPath());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * What a run left.
   *
   * @param arguments of the program
   * @param exit the exit code
   * @param out standard output
   * @param err standard error
   */
  record Outcome(List<String> arguments, int exit, String out, String err) {
    Outcome succeeds() {
      assertThat(exit).as("exit code of %s, which said:%n%s", arguments, err).isZero();
      return this;
    }

    /**
     * Fails with this exit code, with nothing on standard output, and after the narration with one
     * line that says why and one that says what to do.
     *
     * @param why parts of the first line
     */
    Outcome fails(int code, String... why) {
      assertThat(out).as("standard output of %s", arguments).isEmpty();
      return failsHavingPrinted(code, why);
    }

    /** Fails in the same way, though it printed something. */
    Outcome failsHavingPrinted(int code, String... why) {
      assertThat(exit).as("exit code of %s, which said:%n%s", arguments, err).isEqualTo(code);
      List<String> lines = err.lines().filter(line -> !NARRATION.matcher(line).matches()).toList();
      assertThat(lines).as("standard error of %s", arguments).hasSize(2);
      assertThat(lines.get(0)).startsWith("prunecl: ").contains(why);
      assertThat(lines.get(1)).matches("  \\S.{5,}");
      assertThat(err).endsWith(lines.get(0) + "\n" + lines.get(1) + "\n");
      return this;
    }

    /** The line that says what to do about a failure. */
    String remedy() {
      return err.lines().reduce((first, second) -> second).orElseThrow().strip();
    }

    /** Standard output as exactly one JSON document. */
    JsonNode json() {
      return Program.json(out);
    }
  }
}
