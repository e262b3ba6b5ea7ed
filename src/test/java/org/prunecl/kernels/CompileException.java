package org.prunecl.kernels;

/** A compiler refused a kernel; the message is its own first complaint. */
final class CompileException extends Exception {
  private static final long serialVersionUID = 1L;

  CompileException(String message) {
    super(message);
  }
}
