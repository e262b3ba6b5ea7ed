package org.prunecl.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a suite's results look like on standard output. */
final class Report {
  private Report() {}

  /** Prints table, summary per peer and verdicts; gives the rows for scripts. */
  static List<Row> print(Suite suite, List<Measured> results, Limits limits) {
    List<Row> rows = new ArrayList<>();
    for (Measured one : results) {
      rows.add(one.row(suite.limitMs(one.testCase(), limits)));
    }
    System.out.println();
    System.out.println(suite.name());
    Table.lines(rows, results).forEach(System.out::println);
    suite.peers().forEach(peer -> summary(suite, Bars.beside(rows, peer), peer));
    List<Case> cases = results.stream().map(Measured::testCase).distinct().toList();
    suite.verdicts(rows, cases).forEach(System.out::println);
    return rows;
  }

  private static void summary(Suite suite, List<Row> rows, Peer peer) {
    List<Row> large = rows.stream().filter(row -> row.mflop() >= GemmSuite.BAR_MFLOP).toList();
    if (large.isEmpty()) {
      return;
    }
    List<Double> ratios = large.stream().map(Row::ratio).toList();
    System.out.println(
        String.format(
            Locale.ROOT,
            "%s beside %s, %d cases of at least %.0f Mflop: geometric mean %.2f, worst %.2f",
            suite.name(),
            peer.label(),
            large.size(),
            GemmSuite.BAR_MFLOP,
            Verdict.geometricMean(ratios),
            ratios.stream().mapToDouble(Double::doubleValue).min().orElseThrow()));
  }
}
