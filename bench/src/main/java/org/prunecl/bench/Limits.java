package org.prunecl.bench;

/**
 * What the machine allows at most, measured in the same run as the rest.
 *
 * @param peakGflops multiply-adds: the larger of a register-only loop and the best product
 * @param bytesPerSecond memory, for the working set of the optimiser
 */
record Limits(double peakGflops, double bytesPerSecond) {
  /** The least time for so many operations, milliseconds. */
  double arithmeticMs(double mflop) {
    return mflop / peakGflops;
  }

  /** The least time to move so many bytes, milliseconds. */
  double memoryMs(double bytes) {
    return 1e3 * bytes / bytesPerSecond;
  }
}
