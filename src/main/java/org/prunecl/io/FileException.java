package org.prunecl.io;

import org.prunecl.PruneClException;

/** A model file or a run folder that can't be read, written or used. */
public final class FileException extends PruneClException {
  private static final long serialVersionUID = 1L;

  FileException(Kind kind, String message, String remedy, Throwable cause) {
    super(kind, message, remedy, cause);
  }

  FileException(Kind kind, String message, String remedy) {
    this(kind, message, remedy, null);
  }
}
