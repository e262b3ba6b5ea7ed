package org.prunecl.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects the verdicts of a suite's bars. A bar without a measured case gives none. */
final class Bars {
  private final List<Verdict> verdicts = new ArrayList<>();

  /** The rows in which a peer was measured. */
  static List<Row> beside(List<Row> rows, Peer peer) {
    return rows.stream()
        .filter(row -> peer.label().equals(row.peer()) && row.ratio() != null)
        .toList();
  }

  /** The rows of these cases. */
  static List<Row> among(List<Row> rows, List<Case> cases) {
    List<String> names = cases.stream().map(Case::name).toList();
    return rows.stream().filter(row -> names.contains(row.name())).toList();
  }

  void geometricMean(String what, List<Row> rows, double bar) {
    if (!rows.isEmpty()) {
      double mean = Verdict.geometricMean(rows.stream().map(Row::ratio).toList());
      verdicts.add(Verdict.atLeast(what, mean, bar, rows.size()));
    }
  }

  void worst(String what, List<Row> rows, double bar) {
    rows.stream()
        .min(Comparator.comparing(Row::ratio))
        .ifPresent(
            row ->
                verdicts.add(
                    Verdict.atLeast(
                        what + " (" + row.name() + ")", row.ratio(), bar, rows.size())));
  }

  /** A case is measured once beside each peer: the better of its shares counts. */
  void worstShare(String what, List<Row> rows, double bar) {
    List<String> names =
        rows.stream().filter(row -> row.shareOfLimit() != null).map(Row::name).distinct().toList();
    names.stream()
        .min(Comparator.comparing(name -> share(rows, name)))
        .ifPresent(
            name ->
                verdicts.add(
                    Verdict.atLeast(
                        what + " (" + name + ")", share(rows, name), bar, names.size())));
  }

  /**
   * Operations per time of each row, as a share of those of the first one. Without the first there
   * is nothing to compare with, and no verdict.
   */
  void worstEfficiency(String what, List<Row> first, List<Row> rows, double bar) {
    if (first.isEmpty()) {
      return;
    }
    double whole = efficiency(first.get(0));
    rows.stream()
        .min(Comparator.comparing(Bars::efficiency))
        .ifPresent(
            row ->
                verdicts.add(
                    Verdict.atLeast(
                        what + " (" + row.name() + ")",
                        efficiency(row) / whole,
                        bar,
                        rows.size())));
  }

  private static double efficiency(Row row) {
    return row.mflop() / row.oursMs();
  }

  /** How far times lie from a straight line in the batch size; any two points lie on one. */
  void line(String what, List<Case> cases, List<Row> rows, double bar) {
    List<Line.Point> points = new ArrayList<>();
    for (Case one : cases) {
      among(rows, List.of(one))
          .forEach(row -> points.add(new Line.Point(one.batch(), row.oursMs())));
    }
    if (points.size() > 2) {
      double deviation = Line.through(points).largestDeviation(points);
      verdicts.add(Verdict.atMost(what, deviation, bar, points.size()));
    }
  }

  /** Our time of a case, which should be at most so many seconds. */
  void seconds(String what, List<Row> rows, double bar) {
    rows.forEach(row -> verdicts.add(Verdict.atMost(what, row.oursMs() / 1e3, bar, 1)));
  }

  private static double share(List<Row> rows, String name) {
    return rows.stream()
        .filter(row -> row.name().equals(name) && row.shareOfLimit() != null)
        .mapToDouble(Row::shareOfLimit)
        .max()
        .orElseThrow();
  }

  List<Verdict> verdicts() {
    return List.copyOf(verdicts);
  }
}
