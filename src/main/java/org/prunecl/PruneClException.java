package org.prunecl;

import java.util.Objects;

/**
 * A failure the user can act on. The message is the cause in one line; {@link #remedy()} says in
 * one line what to do about it. Each layer has one subclass.
 */
public abstract class PruneClException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What went wrong in general; decides the exit code of the program. */
  public enum Kind {
    /** A run that had started failed: exit code 1. */
    RUN,
    /** Wrong usage or a bad input file or output folder: exit code 2. */
    INPUT,
    /** No usable device, a dataset that can't be had, something not installed: exit code 3. */
    SETUP
  }

  private final Kind kind;
  private final String remedy;

  /**
   * @param kind decides the exit code
   * @param message the cause, one line
   * @param remedy what the user can do, one line
   * @param cause the exception behind it, or null
   */
  protected PruneClException(Kind kind, String message, String remedy, Throwable cause) {
    super(Objects.requireNonNull(message, "message"), cause);
    this.kind = Objects.requireNonNull(kind, "kind");
    this.remedy = Objects.requireNonNull(remedy, "remedy");
  }

  /** The general kind of failure. */
  public final Kind kind() {
    return kind;
  }

  /** What the user can do, in one line. */
  public final String remedy() {
    return remedy;
  }
}
