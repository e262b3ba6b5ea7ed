package org.prunecl.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How long a user waits: whole processes from the launch on, the launcher's own checks included. A
 * first step of training counts from the launch until it is done on the device.
 */
final class StartupSuite implements Suite {
  private static final Case DEVICES = startup("devices", "devices");
  private static final Case WARM = startup("first step, caches warm", "warm");
  private static final Case COLD = startup("first step, caches cold", "cold");

  /** What drivers and the program keep between runs lies in the folders that these name. */
  private static final List<String> CACHES =
      List.of(
          "POCL_CACHE_DIR",
          "MESA_SHADER_CACHE_DIR",
          "CUDA_CACHE_PATH",
          "AMD_COMGR_CACHE_DIR",
          "NEO_CACHE_DIR",
          "PRUNECL_PROGRAM_CACHE_DIR");

  private static Case startup(String name, String word) {
    return new Case("startup", name, List.of(word), 0, 0, 1);
  }

  @Override
  public String name() {
    return "startup";
  }

  @Override
  public List<Peer> peers() {
    return List.of();
  }

  @Override
  public List<Integer> batches(boolean quick) {
    return List.of();
  }

  @Override
  public List<Case> cases(List<Integer> batches) {
    return List.of(DEVICES, WARM, COLD);
  }

  @Override
  public Rounds rounds(boolean quick) {
    return quick ? new Rounds(3, 3, 0) : new Rounds(9, 9, 0);
  }

  /** A cold start takes ten times as long as a warm one: a third as many of them. */
  @Override
  public List<Measured> run(Contest contest, Case testCase, Rounds rounds, long seed)
      throws IOException {
    Program program = Program.of(Project.current());
    boolean cold = testCase.equals(COLD);
    if (!cold) {
      once(program, testCase); // fills the caches, the operating system's too
    }
    double[] milliseconds = new double[cold ? (rounds.least() + 2) / 3 : rounds.least()];
    for (int i = 0; i < milliseconds.length; i++) {
      milliseconds[i] = once(program, testCase) / 1e6;
    }
    return List.of(Measured.alone(testCase, Alone.of(milliseconds)));
  }

  private static long once(Program program, Case testCase) throws IOException {
    if (testCase.equals(DEVICES)) {
      return program.nanosToEnd(List.of("devices"), Map.of());
    }
    Path folder = Files.createTempDirectory("prunecl-startup");
    try {
      Map<String, String> environment = new TreeMap<>();
      if (testCase.equals(COLD)) {
        for (String cache : CACHES) {
          environment.put(cache, Files.createDirectory(folder.resolve(cache)).toString());
        }
      }
      return program.nanosToLine(
          List.of("train", "--progress", "none", "-v", "--out", folder.resolve("run").toString()),
          environment,
          "the first training step is done");
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> inside = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(inside::add);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path file : inside) {
      Files.delete(file);
    }
  }

  @Override
  public void writeInputs(Case testCase, Path folder, SplittableRandom random) {
    // A start takes none.
  }

  @Override
  public double tolerance(Case testCase, float[] output) {
    return 0;
  }

  @Override
  public double limitMs(Case testCase, Limits limits) {
    return Double.NaN;
  }

  @Override
  public List<Verdict> verdicts(List<Row> rows, List<Case> cases) {
    Bars bars = new Bars();
    bars.seconds("startup: seconds of devices", Bars.among(rows, List.of(DEVICES)), 0.8);
    bars.seconds("startup: seconds to a first step, warm", Bars.among(rows, List.of(WARM)), 2);
    bars.seconds("startup: seconds to a first step, cold", Bars.among(rows, List.of(COLD)), 20);
    return bars.verdicts();
  }
}
