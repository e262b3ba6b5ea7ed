package org.prunecl.opencl;

import org.jocl.CLException;
import org.prunecl.PruneClException;

/** An OpenCL call failed, or no device fits. */
public final class OpenClException extends PruneClException {
  private static final long serialVersionUID = 1L;

  OpenClException(Kind kind, String message, String remedy, Throwable cause) {
    super(kind, message, remedy, cause);
  }

  /** A device failed while working: exit code 1. */
  static OpenClException failed(String what, Device device, CLException cause) {
    return new OpenClException(
        Kind.RUN,
        what + " failed on " + device.name() + ": " + cause.getMessage(),
        "Choose another device with --device (`prunecl devices` lists them).",
        cause);
  }

  /** A device can't be used for what is asked of it: exit code 3. */
  public static OpenClException unusable(String message, Throwable cause) {
    return new OpenClException(
        Kind.SETUP,
        message,
        "Choose another device with --device (`prunecl devices` lists them).",
        cause);
  }
}
