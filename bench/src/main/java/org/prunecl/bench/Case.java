package org.prunecl.bench;

import java.util.List;

/**
 * One thing that all sides do.
 *
 * @param suite name of the suite
 * @param name within the suite, unique
 * @param words the case's parameters, as the contenders understand them
 * @param batch samples in a batch
 * @param mflop floating-point operations, a multiply-add counting as two, 1e6
 * @param calls calls between two waits, the same on all sides
 */
record Case(String suite, String name, List<String> words, int batch, double mflop, int calls) {
  Case {
    words = List.copyOf(words);
  }
}
