package org.prunecl.prune;

import org.prunecl.PruneClException;

/** A way of pruning that makes no sense, or not for this network. */
public final class PruneException extends PruneClException {
  private static final long serialVersionUID = 1L;

  PruneException(String message, String remedy) {
    super(Kind.INPUT, message, remedy, null);
  }
}
