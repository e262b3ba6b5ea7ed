package org.prunecl.lab;

import org.prunecl.PruneClException;

/** A recipe that makes no sense, or a run that failed. */
public final class LabException extends PruneClException {
  private static final long serialVersionUID = 1L;

  private LabException(Kind kind, String message, String remedy, Throwable cause) {
    super(kind, message, remedy, cause);
  }

  /** A bad recipe, option or model. */
  public static LabException input(String message, String remedy) {
    return new LabException(Kind.INPUT, message, remedy, null);
  }

  static LabException input(String message, String remedy, Throwable cause) {
    return new LabException(Kind.INPUT, message, remedy, cause);
  }

  /** A run that failed. */
  public static LabException run(String message, String remedy) {
    return new LabException(Kind.RUN, message, remedy, null);
  }
}
