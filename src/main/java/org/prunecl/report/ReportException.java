package org.prunecl.report;

import org.prunecl.PruneClException;

/** A result that can't be written or read. */
public final class ReportException extends PruneClException {
  private static final long serialVersionUID = 1L;

  ReportException(Kind kind, String message, String remedy, Throwable cause) {
    super(kind, message, remedy, cause);
  }

  /** A result that is NaN or infinite: something went wrong before it came here. */
  static ReportException nonFinite(String field, double value) {
    return new ReportException(
        Kind.RUN,
        "The result '" + field + "' is " + value + ", not a number that can be reported.",
        "Run again with another seed or a smaller learning rate; if it stays, report a bug.",
        null);
  }
}
