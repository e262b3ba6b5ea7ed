package org.prunecl.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.prunecl.PruneClException;
import org.prunecl.lab.Quartiles;
import org.prunecl.opencl.Scope;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command. */
@Command(
    name = "bench/compare",
    description =
        "Times PruneCL beside the libraries a user would pick instead, in one run, alternating.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class Compare implements Callable<Integer> {
  static final List<Suite> SUITES =
      List.of(
          new GemmSuite(),
          new TrainingSuite(),
          new InferenceSuite(),
          new SparseSuite(),
          new ScalingSuite(),
          new StartupSuite());

  @Option(
      names = "--suite",
      split = ",",
      defaultValue = "all",
      paramLabel = "NAME",
      description =
          "gemm, training, inference, sparse, scaling, startup or all (default: ${DEFAULT-VALUE}).")
  private List<String> suites = List.of();

  @Option(names = "--quick", description = "Fewer rounds and batch sizes: eight minutes.")
  private boolean quick;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the rows as JSON.")
  private Path json;

  @Option(
      names = "--peers",
      split = ",",
      paramLabel = "NAME",
      description =
          "openblas, clblast, pytorch, onnxruntime, owndense, pytorchcsr, mklsparse, ejml; all"
              + " unless given.")
  private Set<String> wanted;

  @Option(
      names = "--batch",
      split = ",",
      paramLabel = "N",
      description = "Batch sizes in place of the suites' own.")
  private List<Integer> batches;

  @Option(
      names = "--sparsity",
      split = ",",
      paramLabel = "S",
      description = "Shares of zeros, 0 to 1, in place of 0.8,0.9,0.95; suite sparse alone.")
  private List<Double> sparsities;

  @Option(names = "--seed", defaultValue = "1", description = "Of inputs (default: 1).")
  private long seed;

  /** Runs the command. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Compare())
            .setExecutionExceptionHandler(
                (e, command, parsed) -> {
                  command.getErr().println("compare: " + e.getMessage());
                  if (e instanceof PruneClException known) {
                    command.getErr().println("  " + known.remedy());
                    return switch (known.kind()) {
                      case RUN -> 1;
                      case INPUT -> 2;
                      case SETUP -> 3;
                    };
                  }
                  e.printStackTrace(command.getErr());
                  return 1;
                })
            .execute(args));
  }

  @Override
  public Integer call() throws Exception {
    List<Suite> chosen = chosenSuites();
    Set<Peer> peers = chosenPeers(chosen);
    checkValues();
    Path folder = Files.createTempDirectory("prunecl-bench");
    try (Scope scope = new Scope()) {
      Sides sides = new Sides(Project.current(), scope, peers);
      System.out.println("machine: " + Machine.processor());
      System.out.println("date: " + Instant.now().truncatedTo(ChronoUnit.SECONDS));
      System.out.println("commit: " + Machine.commit(Project.current().folder()));
      sides.describe().forEach(System.out::println);
      List<Row> rows = run(chosen, sides, folder);
      if (json != null) {
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(json.toFile(), rows);
      }
      rows.forEach(Agreement::share);
      return 0;
    } finally {
      delete(folder);
    }
  }

  private List<Row> run(List<Suite> chosen, Sides sides, Path folder) throws IOException {
    Rounds calibration = new Rounds(10, 10, 0);
    long workingSet = 3 * Float.BYTES * Mlp.weights();
    Limits before = sides.ours().limits(workingSet);
    Contest all = new Contest(sides.ours(), Map.of(), Map.of(), folder);
    double product = all.bestProduct(calibration, seed);
    Map<Suite, List<Measured>> measured = new LinkedHashMap<>();
    List<Double> loops = new ArrayList<>();
    for (Suite suite : chosen) {
      Contest contest =
          new Contest(sides.ours(), sides.of(suite.peers()), sides.reasons(suite.peers()), folder);
      List<Measured> results = new ArrayList<>();
      List<Integer> sizes = batches == null ? suite.batches(quick) : batches;
      for (Case testCase : quick ? suite.quickCases(sizes) : suite.cases(sizes)) {
        System.err.println(suite.name() + ", " + testCase.name());
        results.addAll(suite.run(contest, testCase, suite.rounds(quick), seed));
        loops.add(sides.ours().registerLoop());
      }
      measured.put(suite, results);
    }
    Limits after = sides.ours().limits(workingSet);
    double[] between = loops.stream().mapToDouble(Double::doubleValue).toArray();
    double loop =
        Math.max(
            Math.max(before.peakGflops(), after.peakGflops()),
            Arrays.stream(between).max().orElseThrow());
    Limits limits =
        new Limits(
            Math.max(Math.max(loop, product), bestOf(measured)),
            Math.max(before.bytesPerSecond(), after.bytesPerSecond()));
    System.out.printf(
        "peak: %.1f Gflop/s (register loop %.1f, median between cases %.1f);"
            + " optimiser bandwidth: %.1f GB/s%n",
        limits.peakGflops(), loop, Quartiles.of(between).median(), limits.bytesPerSecond() / 1e9);
    List<Row> rows = new ArrayList<>();
    measured.forEach((suite, results) -> rows.addAll(Report.print(suite, results, limits)));
    return rows;
  }

  /** The fastest round of any product, ours or a peer's, 1e9 operations per second. */
  private static double bestOf(Map<Suite, List<Measured>> measured) {
    return measured.values().stream()
        .flatMap(List::stream)
        .filter(one -> one.testCase().work().equals("gemm"))
        .mapToDouble(one -> one.testCase().mflop() / one.bestMs())
        .max()
        .orElse(0);
  }

  private List<Suite> chosenSuites() {
    List<Suite> chosen = suitesByName();
    return sparsities == null
        ? chosen
        : chosen.stream().map(suite -> suite.at(sparsities)).toList();
  }

  private List<Suite> suitesByName() {
    if (suites.contains("all")) {
      return SUITES;
    }
    List<String> known = SUITES.stream().map(Suite::name).toList();
    for (String name : suites) {
      if (!known.contains(name)) {
        throw BenchException.input("There is no suite " + name + ".", "Choose of " + known + ".");
      }
    }
    return SUITES.stream().filter(suite -> suites.contains(suite.name())).toList();
  }

  private void checkValues() {
    if (batches != null && batches.stream().anyMatch(batch -> batch < 1)) {
      throw BenchException.input("A batch of no samples.", "Give --batch numbers of at least 1.");
    }
    if (sparsities != null && !sparsities.stream().allMatch(share -> share >= 0 && share < 1)) {
      throw BenchException.input(
          "A sparsity outside 0 to 1.", "Give --sparsity shares of zeros: 0.9 for 90 %.");
    }
    if (json != null && !Files.isDirectory(json.toAbsolutePath().getParent())) {
      throw BenchException.input(
          "There is no folder for " + json + ".", "Give --json a file in a folder that exists.");
    }
  }

  private Set<Peer> chosenPeers(List<Suite> chosen) {
    List<String> known = Stream.of(Peer.values()).map(Peer::option).toList();
    if (wanted != null && !known.containsAll(wanted)) {
      throw BenchException.input("No such peers: " + wanted + ".", "Choose of " + known + ".");
    }
    Set<Peer> peers = new TreeSet<>();
    chosen.forEach(suite -> peers.addAll(suite.peers()));
    peers.removeIf(peer -> wanted != null && !wanted.contains(peer.option()));
    return peers;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(
          file -> {
            try {
              Files.delete(file);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
    Files.delete(folder);
  }
}
