package org.prunecl;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
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

  /**
   * Why reading or writing failed, in a few words: the message of many a file system's exception is
   * a path alone.
   *
   * @param e the failure
   */
  public static String reason(IOException e) {
    if (e instanceof FileSystemException failure) {
      if (failure.getReason() != null) {
        return failure.getReason();
      } else if (e instanceof AccessDeniedException) {
        return "permission denied";
      } else if (e instanceof NoSuchFileException) {
        return "no such file or folder";
      } else if (e instanceof FileAlreadyExistsException) {
        return "a file is in the way";
      }
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
