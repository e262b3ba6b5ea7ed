package org.prunecl.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * This project's folder: its parts, how they are built and started.
 *
 * @param folder where {@code pom.xml} lies
 */
record Project(Path folder) {
  /** Debian's own interpreter, which finds Debian's packages. */
  private static final String PYTHON = "/usr/bin/python3";

  /** The project that the launcher names. */
  static Project current() {
    return new Project(Path.of(System.getProperty("bench.folder", "bench")).toAbsolutePath());
  }

  /**
   * Builds a part unless it is fresh.
   *
   * @throws IOException when that fails, with Maven's first error
   */
  void build(String part) throws IOException, InterruptedException {
    Path log = log("build-" + part);
    Process process =
        new ProcessBuilder(folder.resolve("build").toString(), part)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    process.getOutputStream().close();
    if (process.waitFor() != 0) {
      throw new IOException("can't be built: " + firstError(log));
    }
  }

  private static String firstError(Path log) throws IOException {
    return Files.readAllLines(log, StandardCharsets.UTF_8).stream()
        .map(line -> line.replaceAll("\u001B\\[[0-9;]*m", ""))
        .filter(line -> line.contains("ERROR"))
        .map(line -> line.replaceFirst(".*ERROR\\]?\\s*", ""))
        .findFirst()
        .orElse("see " + log);
  }

  /**
   * Starts a worker; its standard error goes to a file of its own.
   *
   * @param environment added to ours, from which what would steer a library is removed
   */
  Process start(Implementation implementation, Map<String, String> environment) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command(implementation));
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.matches("(OPENBLAS|GOTO|OMP|GOMP|KMP|MKL|TORCH|ORT)_.*"));
    builder.environment().putAll(environment);
    builder.redirectError(log(implementation.label()).toFile());
    return builder.start();
  }

  private List<String> command(Implementation implementation) throws IOException {
    List<String> command = new ArrayList<>();
    if (implementation.python()) {
      command.add(PYTHON);
      command.add(folder.resolve(implementation.program()).toString());
    } else {
      Path target = target(implementation.part());
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(
          List.of(
              "-XX:+UseSerialGC",
              "-Djava.awt.headless=true",
              // Native libraries that a part unpacks lie with it, not in the user's home.
              "-Dorg.bytedeco.javacpp.cachedir=" + target.resolve("native"),
              "-DENGINE_CACHE_DIR=" + target.resolve("native"),
              "-DDJL_CACHE_DIR=" + target.resolve("native"),
              "-Dai.djl.offline=true",
              "-cp",
              String.join(
                  File.pathSeparator,
                  target.resolve("classes").toString(),
                  folder.resolveSibling("target").resolve("prunecl.jar").toString(),
                  Files.readString(target.resolve("classpath.txt"), StandardCharsets.UTF_8)
                      .strip()),
              implementation.program()));
    }
    command.addAll(implementation.arguments());
    return command;
  }

  private Path target(String part) {
    Path target = folder.resolve("target");
    return part.equals("main") ? target : target.resolve(part);
  }

  /** Where the process of this name leaves its messages. */
  Path log(String name) throws IOException {
    Path logs = Files.createDirectories(folder.resolve("target").resolve("logs"));
    return logs.resolve(name.replace(' ', '-') + ".log");
  }
}
