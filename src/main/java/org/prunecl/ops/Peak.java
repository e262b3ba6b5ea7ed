package org.prunecl.ops;

import java.util.Map;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;

/** The device's multiply-add peak, by a loop that touches registers alone. */
public final class Peak {
  private static final int CHAINS = 10;
  private static final int GPU_LOCAL = 64;

  /** A run is at least this long, so that starting it does not count. */
  private static final double MIN_SECONDS = 0.05;

  private static final int RUNS = 5;

  private Peak() {}

  /** Builds the kernel, so that no later call has to. */
  public static void prepare(Backend backend) {
    kernel(backend);
  }

  /**
   * Measures the peak: the best of five runs of at least 50 ms each.
   *
   * @return 1e9 floating-point operations per second, a multiply-add counting as two
   */
  public static double gflops(Backend backend) {
    return gflops(backend, RUNS);
  }

  /**
   * What the device gives right now, which is less than its peak while others keep it busy.
   *
   * @param runs of at least 50 ms each, of which the best counts
   * @return 1e9 floating-point operations per second, a multiply-add counting as two
   */
  public static double gflops(Backend backend, int runs) {
    int lanes = backend.vectorLanes();
    int local = backend.cpu() ? 1 : GPU_LOCAL;
    long items = (long) backend.device().computeUnits() * (backend.cpu() ? 1 : 32 * GPU_LOCAL);
    Kernel kernel = kernel(backend);
    try (Matrix result = backend.matrix((int) items, lanes)) {
      Range range = Range.of(items, local);
      int rounds = 1000;
      run(backend, kernel, range, result, rounds); // some drivers compile at the first launch
      double seconds = run(backend, kernel, range, result, rounds);
      while (seconds < MIN_SECONDS) {
        rounds = (int) Math.min(1 << 30, rounds * Math.max(2, 1.2 * MIN_SECONDS / seconds));
        seconds = run(backend, kernel, range, result, rounds);
      }
      for (int i = 1; i < runs; i++) {
        seconds = Math.min(seconds, run(backend, kernel, range, result, rounds));
      }
      return 2.0 * CHAINS * lanes * items * rounds / seconds / 1e9;
    }
  }

  private static Kernel kernel(Backend backend) {
    Map<String, Integer> parameters = Map.of("LANES", backend.vectorLanes());
    return backend.context().kernel(KernelSource.of("peak.cl", parameters), "peak");
  }

  private static double run(
      Backend backend, Kernel kernel, Range range, Matrix result, int rounds) {
    backend.finish();
    long start = System.nanoTime();
    kernel.launch(range, result.buffer(), 0.1f, rounds);
    backend.finish();
    return (System.nanoTime() - start) / 1e9;
  }
}
