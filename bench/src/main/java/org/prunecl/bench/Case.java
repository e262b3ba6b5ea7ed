package org.prunecl.bench;

import java.util.List;

/**
 * One thing that all sides do.
 *
 * @param suite name of the suite
 * @param work the suite whose work it is, as the contenders know it
 * @param name within the suite, unique
 * @param words the case's parameters, as the contenders understand them
 * @param batch samples in a batch
 * @param mflop floating-point operations, a multiply-add counting as two, 1e6
 * @param calls calls between two waits, the same on all sides
 */
record Case(
    String suite,
    String work,
    String name,
    List<String> words,
    int batch,
    double mflop,
    int calls) {
  Case {
    words = List.copyOf(words);
  }

  /** A case of a suite's own work. */
  Case(String suite, String name, List<String> words, int batch, double mflop, int calls) {
    this(suite, suite, name, words, batch, mflop, calls);
  }

  /** The same work in another suite, with another number of calls between two waits. */
  Case in(String otherSuite, int otherCalls) {
    return new Case(otherSuite, work, name, words, batch, mflop, otherCalls);
  }
}
