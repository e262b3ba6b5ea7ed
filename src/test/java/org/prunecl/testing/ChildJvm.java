package org.prunecl.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A program run in a JVM of its own, because the OpenCL loader reads the environment once.
 *
 * @param exitCode of the program
 * @param output standard output and error
 */
public record ChildJvm(int exitCode, String output) {
  /** Where Debian and Ubuntu install the simulated device's driver. */
  public static final String OCLGRIND_DRIVER =
      System.getProperty("oclgrind.driver", "/usr/lib/oclgrind/liboclgrind-rt-icd.so");

  /**
   * Runs a main class of the test class path.
   *
   * @param environment added to this process's, less all that chooses or checks devices
   */
  public static ChildJvm run(Class<?> main, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .keySet()
        .removeIf(
            name ->
                Stream.of("PRUNECL_", "OCL_", "OCLGRIND_", "RUSTICL_").anyMatch(name::startsWith));
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new ChildJvm(process.waitFor(), output);
  }
}
