package org.prunecl.ops;

import java.util.Map;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;

/**
 * How elementwise kernels cover a matrix: stretches of memory on a CPU, one vector per item on a
 * GPU.
 */
final class Elementwise {
  private static final int CPU_CHUNK = 1024;
  private static final int GPU_LOCAL = 64;
  private static final int FILL_LANES = 4;

  private Elementwise() {}

  static KernelSource source(Backend backend, String file) {
    return KernelSource.of(file, Map.of("CHUNK", chunk(backend)));
  }

  static Range range(Backend backend, Matrix matrix, int lanes) {
    long items = Range.groups(matrix.paddedSize(), (long) lanes * chunk(backend));
    return Range.of(items, backend.cpu() ? 1 : GPU_LOCAL);
  }

  /**
   * Sets every element. A kernel, because PoCL's own fill command uses one core, and because
   * Oclgrind takes what its own has filled for uninitialised.
   */
  static void fill(Backend backend, Matrix matrix, float value) {
    fillKernel(backend)
        .launch(range(backend, matrix, FILL_LANES), matrix.buffer(), matrix.paddedSize(), value);
  }

  /** Builds the kernel of {@link #fill}, so that no later call has to. */
  static void prepareFill(Backend backend) {
    fillKernel(backend);
  }

  private static Kernel fillKernel(Backend backend) {
    return backend.context().kernel(source(backend, "fill.cl"), "fill");
  }

  private static int chunk(Backend backend) {
    return backend.cpu() ? CPU_CHUNK : 1;
  }
}
