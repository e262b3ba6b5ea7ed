package org.prunecl.bench;

import java.nio.file.Path;
import java.util.Map;

/** One side of a comparison: we, or one way of using a peer. */
interface Side extends AutoCloseable {
  /** For people: the library, and the way of using it. */
  String label();

  /** What the side says about itself. */
  Map<String, String> facts();

  /**
   * Makes a case ready, in place of the one before.
   *
   * @param inputs the folder of the case's inputs
   * @return the result, in the layout that the suite defines
   */
  float[] prepare(Case testCase, Path inputs);

  /** Does the case so many times and waits; nanoseconds. */
  long run(int calls);

  /** Returns when the side no longer uses the processor: threads may spin after their work. */
  void rest();

  @Override
  void close();
}
