package org.prunecl.lab;

import org.prunecl.PruneClException;

/** A recipe that makes no sense, or a run that failed. */
public final class LabException extends PruneClException {
  private static final long serialVersionUID = 1L;

  private final boolean repeatable;

  private LabException(Kind kind, String message, String remedy, Throwable cause) {
    this(kind, message, remedy, cause, false);
  }

  private LabException(
      Kind kind, String message, String remedy, Throwable cause, boolean repeatable) {
    super(kind, message, remedy, cause);
    this.repeatable = repeatable;
  }

  /** A bad recipe, option or model. */
  public static LabException input(String message, String remedy) {
    return new LabException(Kind.INPUT, message, remedy, null);
  }

  static LabException input(String message, String remedy, Throwable cause) {
    return new LabException(Kind.INPUT, message, remedy, cause);
  }

  /** A run that failed, and would fail again in the same way. */
  static LabException always(String message, String remedy) {
    return new LabException(Kind.RUN, message, remedy, null, true);
  }

  /** Whether the same run, repeated, would fail in the same way. */
  public boolean repeatable() {
    return repeatable;
  }

  /** A run that failed. */
  public static LabException run(String message, String remedy) {
    return new LabException(Kind.RUN, message, remedy, null);
  }
}
