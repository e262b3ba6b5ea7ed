package org.prunecl.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Runs a suite's cases beside its peers. Does not own the sides. */
final class Contest {
  private final Side ours;
  private final Map<Peer, List<Side>> peers;
  private final Map<Peer, List<String>> reasons;
  private final Path folder;

  /**
   * A contest between sides that are open.
   *
   * @param ours our side
   * @param peers for each peer the implementations that could be opened
   * @param reasons for each peer why the others could not
   * @param folder for inputs and outputs
   */
  Contest(Side ours, Map<Peer, List<Side>> peers, Map<Peer, List<String>> reasons, Path folder) {
    this.ours = ours;
    this.peers = peers;
    this.reasons = reasons;
    this.folder = folder;
  }

  /**
   * Times a case beside each peer in turn, or alone when the suite has none.
   *
   * @throws BenchException when a side's output disagrees with ours
   */
  List<Measured> run(Suite suite, Case testCase, Rounds rounds, long seed) throws IOException {
    suite.writeInputs(testCase, folder, new SplittableRandom(seed));
    float[] output = prepareOurs(testCase);
    if (suite.peers().isEmpty()) {
      ours.rest();
      double[] series = rounds.alternate(List.of(ours), testCase.calls()).get(0);
      return List.of(Measured.alone(testCase, Alone.of(series)));
    }
    List<Measured> results = new ArrayList<>();
    for (Map.Entry<Peer, List<Side>> entry : peers.entrySet()) {
      Peer peer = entry.getKey();
      if (!suite.meets(testCase, peer)) {
        continue;
      }
      List<String> failures = new ArrayList<>(reasons.getOrDefault(peer, List.of()));
      List<Side> ready = new ArrayList<>();
      for (Side side : entry.getValue()) {
        try {
          float[] theirs = side.prepare(testCase, folder);
          Agreement.outputs(
              testCase, side.label(), output, theirs, suite.tolerance(testCase, output));
          ready.add(side);
        } catch (UncheckedIOException e) {
          failures.add(side.label() + ": " + e.getCause().getMessage());
        }
      }
      results.add(
          ready.isEmpty()
              ? Measured.beside(testCase, peer.label(), null, String.join("; ", failures))
              : time(testCase, peer, ready, failures, rounds));
    }
    return results;
  }

  private Measured time(
      Case testCase, Peer peer, List<Side> ready, List<String> failures, Rounds rounds) {
    ours.rest();
    ready.forEach(Side::rest);
    List<Side> sides = new ArrayList<>(List.of(ours));
    sides.addAll(ready);
    List<double[]> series = rounds.alternate(sides, testCase.calls());
    Map<String, Ratio> ratios = new LinkedHashMap<>();
    IntStream.range(1, sides.size())
        .forEach(i -> ratios.put(sides.get(i).label(), Ratio.of(series.get(0), series.get(i))));
    Map.Entry<String, Ratio> fastest =
        ratios.entrySet().stream()
            .min(Comparator.comparing(entry -> entry.getValue().peerMs()))
            .orElseThrow();
    List<String> others = new ArrayList<>();
    ratios.forEach(
        (label, ratio) -> {
          if (!label.equals(fastest.getKey())) {
            others.add(String.format(Locale.ROOT, "%s %.4f", label, ratio.peerMs()));
          }
        });
    others.addAll(failures);
    String note =
        fastest.getKey() + (others.isEmpty() ? "" : " (" + String.join(", ", others) + ")");
    return Measured.beside(testCase, peer.label(), fastest.getValue(), note);
  }

  private float[] prepareOurs(Case testCase) {
    try {
      return ours.prepare(testCase, folder);
    } catch (UncheckedIOException e) {
      throw BenchException.run(
          ours.label() + " can't do " + testCase.name() + ": " + e.getCause().getMessage() + ".",
          "Choose another device with PRUNECL_DEVICE, or other --batch sizes.",
          e);
    }
  }

  /**
   * Our own fastest product in a few large shapes, which bounds the peak from below even where no
   * suite of products runs.
   *
   * @return 1e9 operations per second
   */
  double bestProduct(Rounds rounds, long seed) throws IOException {
    GemmSuite suite = new GemmSuite();
    double best = 0;
    for (Case testCase : suite.calibration()) {
      suite.writeInputs(testCase, folder, new SplittableRandom(seed));
      prepareOurs(testCase);
      double[] milliseconds = rounds.alternate(List.of(ours), testCase.calls()).get(0);
      for (double one : milliseconds) {
        best = Math.max(best, testCase.mflop() / one);
      }
    }
    return best;
  }
}
