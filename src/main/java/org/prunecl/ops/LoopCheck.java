package org.prunecl.ops;

import java.util.Arrays;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;

/**
 * Whether a device runs long loops to their end. Mesa's llvmpipe silently cuts off the loops of a
 * work-item after 65,535 iterations: kernels of the CPU family then compute wrong results on large
 * layers.
 */
final class LoopCheck {
  private static final int ROUNDS = 1 << 18;

  private LoopCheck() {}

  /** Counts to 262,144 on the device, one by one; the count stays exact in a float. */
  static boolean complete(Backend backend) {
    float[] ones = new float[16];
    Arrays.fill(ones, 1f);
    try (Matrix result = backend.matrix(1, ones.length, ones)) {
      kernel(backend).launch(Range.of(1, 1), result.buffer(), ROUNDS);
      return result.read()[0] == ROUNDS;
    }
  }

  /** Builds the kernel, so that no later call has to. */
  static void prepare(Backend backend) {
    kernel(backend);
  }

  private static Kernel kernel(Backend backend) {
    return backend.context().kernel(KernelSource.of("loop_check.cl"), "count_rounds");
  }
}
