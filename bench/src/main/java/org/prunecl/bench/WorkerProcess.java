package org.prunecl.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.prunecl.bench.worker.Floats;

/**
 * A side that runs in a process of its own and is given orders; see the worker's {@code Server}.
 */
final class WorkerProcess implements Side {
  /** The clock of a process's processor time ticks every 10 ms. */
  private static final long REST_MILLISECONDS = 20;

  private static final int MOST_RESTS = 50;

  private final String label;
  private final Process process;
  private final BufferedReader answers;
  private final Map<String, String> facts;

  /**
   * Starts a process and greets it.
   *
   * @param environment added to ours
   * @throws IOException when it does not start or can't load its library
   */
  WorkerProcess(Project project, Implementation implementation, Map<String, String> environment)
      throws IOException {
    this.label = implementation.label();
    this.process = project.start(implementation, environment);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    try {
      this.facts = pairs(ask("hello"));
    } catch (IOException e) {
      process.destroy();
      throw new IOException(e.getMessage() + " (see " + project.log(label) + ")", e);
    }
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public Map<String, String> facts() {
    return facts;
  }

  @Override
  public float[] prepare(Case testCase, Path inputs) {
    try {
      Path output = inputs.resolve("output.f32");
      Files.deleteIfExists(output);
      ask(
          "prepare\t"
              + String.join("\t", output.toString(), inputs.toString(), testCase.work())
              + "\t"
              + String.join("\t", testCase.words()));
      return Floats.read(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long run(int calls) {
    try {
      return Long.parseLong(ask("run\t" + calls).get(0));
    } catch (IOException e) {
      throw BenchException.run(
          label + " failed while it was timed: " + e.getMessage() + ".",
          "Leave its peer out with --peers, and report it.",
          e);
    }
  }

  /**
   * What the machine can do, by this side's means.
   *
   * @param bytes the working set that a bandwidth is wanted for
   */
  Limits limits(long bytes) throws IOException {
    Map<String, String> values = pairs(ask("limits\t" + bytes));
    return new Limits(
        Double.parseDouble(values.get("peak_gflops")),
        Double.parseDouble(values.get("bytes_per_second")));
  }

  /** What the machine gives right now to a loop that touches registers alone, 1e9 operations/s. */
  double registerLoop() throws IOException {
    return Double.parseDouble(ask("loop").get(0));
  }

  @Override
  public void rest() {
    try {
      Duration before = processorTime();
      for (int i = 0; i < MOST_RESTS; i++) {
        Thread.sleep(REST_MILLISECONDS);
        Duration now = processorTime();
        if (now.equals(before)) {
          return;
        }
        before = now;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Duration processorTime() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private List<String> ask(String order) throws IOException {
    process.getOutputStream().write((order + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.startsWith("@ok")) {
        List<String> words = Arrays.asList(line.split("\t", -1));
        return words.subList(1, words.size());
      } else if (line.startsWith("@error")) {
        throw new IOException(line.substring("@error".length()).strip());
      }
    }
    throw new IOException("its process ended");
  }

  private static Map<String, String> pairs(List<String> words) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (int i = 0; i + 1 < words.size(); i += 2) {
      pairs.put(words.get(i), words.get(i + 1));
    }
    return pairs;
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
