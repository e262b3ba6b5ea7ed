package org.prunecl.ops;

/**
 * Whether a device's event times are to be believed. Some drivers report times that have nothing to
 * do with the work (a 14 ms kernel in 1 ns), so they are checked against wall time once per device.
 */
public final class ClockCheck {
  private static final int SIZE = 512;
  private static final int CALLS = 20;
  private static final int RUNS = 3;

  private ClockCheck() {}

  /**
   * Runs products back to back for some milliseconds and compares the sum of their event times with
   * the wall time around them: between a third of it and a little more than all.
   */
  public static boolean plausible(Backend backend) {
    Gemm gemm = new Gemm(backend);
    try (Matrix a = backend.matrix(SIZE, SIZE);
        Matrix b = backend.matrix(SIZE, SIZE);
        Matrix c = backend.matrix(SIZE, SIZE)) {
      Runnable work =
          () -> {
            for (int i = 0; i < CALLS; i++) {
              gemm.multiply(a, b, c, Epilogue.NONE);
            }
          };
      work.run();
      backend.finish();
      int plausible = 0;
      for (int i = 0; i < RUNS; i++) {
        long start = System.nanoTime();
        long device = backend.deviceNanos(work);
        double share = (double) device / (System.nanoTime() - start);
        if (share > 1.0 / 3 && share < 1.1) {
          plausible++;
        }
      }
      return plausible > RUNS / 2;
    }
  }
}
