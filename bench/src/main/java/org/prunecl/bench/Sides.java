package org.prunecl.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.prunecl.opencl.Scope;

/** All processes of a run. A peer that can't be had is left out, with the reason. */
final class Sides {
  private final WorkerProcess ours;
  private final Map<Peer, List<Side>> opened = new LinkedHashMap<>();
  private final Map<Peer, List<String>> reasons = new LinkedHashMap<>();

  /**
   * Opens our side and the peers'.
   *
   * @param scope owns the processes
   * @throws BenchException when a side doesn't use as many threads as the device has compute units
   */
  Sides(Project project, Scope scope, Collection<Peer> peers) throws InterruptedException {
    try {
      this.ours = scope.own(new WorkerProcess(project, Implementation.PRUNECL, Map.of()));
    } catch (IOException e) {
      throw BenchException.run(
          "PruneCL can't be run: " + e.getMessage() + ".", "See `prunecl devices`.", e);
    }
    int threads = Integer.parseInt(ours.facts().get("threads"));
    Map<String, String> environment =
        Map.of(
            "OMP_NUM_THREADS",
            "" + threads,
            "MKL_NUM_THREADS",
            "" + threads,
            "PRUNECL_DEVICE",
            ours.facts().get("indices"),
            "PRUNECL_DEVICE_NAME",
            ours.facts().get("device"));
    for (Peer peer : peers) {
      opened.put(peer, new ArrayList<>());
      reasons.put(peer, new ArrayList<>());
      for (Implementation implementation : peer.implementations()) {
        try {
          if (!implementation.python()) {
            project.build(implementation.part());
          }
          Side side = scope.own(new WorkerProcess(project, implementation, environment));
          Agreement.threads(side.label(), side.facts(), threads);
          opened.get(peer).add(side);
        } catch (IOException e) {
          reasons.get(peer).add(implementation.label() + ": " + e.getMessage());
        }
      }
    }
  }

  WorkerProcess ours() {
    return ours;
  }

  /** The sides of those of these peers that were asked for. */
  Map<Peer, List<Side>> of(List<Peer> peers) {
    Map<Peer, List<Side>> some = new LinkedHashMap<>(opened);
    some.keySet().retainAll(peers);
    return some;
  }

  /** Why sides of these peers are missing. */
  Map<Peer, List<String>> reasons(List<Peer> peers) {
    Map<Peer, List<String>> some = new LinkedHashMap<>(reasons);
    some.keySet().retainAll(peers);
    return some;
  }

  /** A line for each side: what it says about itself, or why it is missing. */
  List<String> describe() {
    List<String> lines = new ArrayList<>();
    lines.add(line(ours));
    opened.values().forEach(sides -> sides.forEach(side -> lines.add(line(side))));
    reasons.values().forEach(all -> all.forEach(reason -> lines.add("missing: " + reason)));
    return lines;
  }

  private static String line(Side side) {
    StringBuilder line = new StringBuilder(side.label()).append(':');
    side.facts().forEach((name, value) -> line.append(' ').append(name).append('=').append(value));
    return line.toString();
  }
}
