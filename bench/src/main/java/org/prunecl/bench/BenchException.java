package org.prunecl.bench;

import org.prunecl.PruneClException;

/** A comparison that can't be made, or whose own checks failed. */
public final class BenchException extends PruneClException {
  private BenchException(Kind kind, String message, String remedy, Throwable cause) {
    super(kind, message, remedy, cause);
  }

  static BenchException run(String message, String remedy) {
    return new BenchException(Kind.RUN, message, remedy, null);
  }

  static BenchException run(String message, String remedy, Throwable cause) {
    return new BenchException(Kind.RUN, message, remedy, cause);
  }

  static BenchException input(String message, String remedy) {
    return new BenchException(Kind.INPUT, message, remedy, null);
  }
}
