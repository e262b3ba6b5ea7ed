package org.prunecl.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** A kind of work that is compared. A new one is a class and an entry in {@link Compare#SUITES}. */
interface Suite {
  /** As it stands in rows and options. */
  String name();

  /** Whom it is compared with; empty when our own figures are judged alone. */
  List<Peer> peers();

  /** Whether a case is for this one of the suite's peers. */
  default boolean meets(Case testCase, Peer peer) {
    return true;
  }

  /**
   * The same suite at these sparsities in place of its own. Suites of dense weights have none, and
   * stay as they are.
   *
   * @param sparsities shares of zeros, 0 to 1
   */
  default Suite at(List<Double> sparsities) {
    return this;
  }

  /** The batch sizes that are measured unless the user says otherwise. */
  List<Integer> batches(boolean quick);

  /** The cases for these batch sizes. */
  List<Case> cases(List<Integer> batches);

  /** Those of them that are not too long for a quick run. */
  default List<Case> quickCases(List<Integer> batches) {
    return cases(batches);
  }

  /** Measures a case. */
  default List<Measured> run(Contest contest, Case testCase, Rounds rounds, long seed)
      throws IOException {
    return contest.run(this, testCase, rounds, seed);
  }

  /** How often the sides take turns. */
  Rounds rounds(boolean quick);

  /** Writes a case's inputs, the same for all sides. */
  void writeInputs(Case testCase, Path folder, SplittableRandom random) throws IOException;

  /** The largest difference of an output's element that rounding explains. */
  double tolerance(Case testCase, float[] output);

  /** The least time that the machine allows for a case, milliseconds; NaN when none is known. */
  double limitMs(Case testCase, Limits limits);

  /** The bars, each judged by the cases that were measured; those without any are left out. */
  List<Verdict> verdicts(List<Row> rows, List<Case> cases);
}
