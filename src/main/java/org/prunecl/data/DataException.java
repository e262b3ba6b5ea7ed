package org.prunecl.data;

import org.prunecl.PruneClException;

/** A dataset that can't be had or can't be used. */
public final class DataException extends PruneClException {
  private static final long serialVersionUID = 1L;

  DataException(Kind kind, String message, String remedy, Throwable cause) {
    super(kind, message, remedy, cause);
  }

  DataException(Kind kind, String message, String remedy) {
    this(kind, message, remedy, null);
  }
}
