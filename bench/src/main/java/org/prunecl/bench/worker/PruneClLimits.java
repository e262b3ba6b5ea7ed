package org.prunecl.bench.worker;

import java.util.Map;
import org.prunecl.ops.Adam;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Peak;
import org.prunecl.ops.Relu;

/** What the device can do at most: multiply-adds in registers, bytes to and from memory. */
final class PruneClLimits {
  private static final int COLUMNS = 1024;
  private static final int CALLS = 20;
  private static final int RUNS = 5;

  private PruneClLimits() {}

  /**
   * Measures both. The bandwidth is the best of two kernels that do next to nothing but stream: the
   * optimiser itself and ReLU's backward pass; either must touch the whole working set.
   *
   * @param bytes the working set
   */
  static Map<String, String> measure(Backend backend, long bytes) {
    double bandwidth = Math.max(relu(backend, bytes), adam(backend, bytes));
    return Map.of(
        "peak_gflops", Double.toString(Peak.gflops(backend)),
        "bytes_per_second", Double.toString(bandwidth));
  }

  /** Reads two matrices and writes one of them. */
  private static double relu(Backend backend, long bytes) {
    int rows = rows(bytes, 2);
    Relu relu = new Relu(backend);
    try (Matrix y = backend.matrix(rows, COLUMNS);
        Matrix dy = backend.matrix(rows, COLUMNS)) {
      return best(backend, () -> relu.backward(y, dy), 3 * Matrix.bytes(rows, COLUMNS));
    }
  }

  /** Reads weights, gradient and two moments, and writes all of them but the gradient. */
  private static double adam(Backend backend, long bytes) {
    int rows = rows(bytes, 4);
    Adam adam = new Adam(backend);
    Adam.Settings settings = new Adam.Settings(Adam.Form.PYTORCH, 1e-3, 0.9, 0.999, 1e-8, 0);
    try (Matrix w = backend.matrix(rows, COLUMNS);
        Matrix dw = backend.matrix(rows, COLUMNS);
        Matrix m = backend.matrix(rows, COLUMNS);
        Matrix v = backend.matrix(rows, COLUMNS)) {
      return best(
          backend, () -> adam.step(settings, 1, w, dw, m, v), 7 * Matrix.bytes(rows, COLUMNS));
    }
  }

  private static int rows(long bytes, int matrices) {
    return (int) Math.max(1, bytes / matrices / Float.BYTES / COLUMNS);
  }

  private static double best(Backend backend, Runnable kernel, long bytesMoved) {
    kernel.run();
    backend.finish();
    double best = 0;
    for (int run = 0; run < RUNS; run++) {
      long start = System.nanoTime();
      for (int call = 0; call < CALLS; call++) {
        kernel.run();
      }
      backend.finish();
      best = Math.max(best, CALLS * bytesMoved / ((System.nanoTime() - start) / 1e9));
    }
    return best;
  }
}
