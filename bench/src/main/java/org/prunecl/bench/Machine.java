package org.prunecl.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Where and of what a comparison was made. */
final class Machine {
  private Machine() {}

  /** The processor's name as {@code lscpu} shows it, and how many there are. */
  static String processor() {
    String model = System.getProperty("os.arch");
    Path info = Path.of("/proc/cpuinfo");
    if (Files.isReadable(info)) {
      try {
        model =
            Files.readAllLines(info, StandardCharsets.UTF_8).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(model);
      } catch (IOException e) {
        return model + ", " + Runtime.getRuntime().availableProcessors() + " processors";
      }
    }
    return String.format(
        Locale.ROOT, "%s, %d processors", model, Runtime.getRuntime().availableProcessors());
  }

  /** The commit of the sources, {@code +} when they differ from it, or {@code unknown}. */
  static String commit(Path folder) {
    try {
      String commit = git(folder, "rev-parse", "--short=10", "HEAD");
      return commit + (git(folder, "status", "--porcelain", "-uno").isEmpty() ? "" : "+");
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String git(Path folder, String... arguments) throws IOException {
    String[] command = new String[arguments.length + 3];
    command[0] = "git";
    command[1] = "-C";
    command[2] = folder.toString();
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    try {
      if (process.waitFor() != 0) {
        throw new IOException("git failed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return output;
  }
}
