package org.prunecl.ops;

import java.util.Map;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;

/**
 * How elementwise kernels cover a matrix: stretches of memory on a CPU, one vector per item on a
 * GPU.
 */
final class Elementwise {
  private static final int CPU_CHUNK = 1024;
  private static final int GPU_LOCAL = 64;

  private Elementwise() {}

  static KernelSource source(Backend backend, String file) {
    return KernelSource.of(file, Map.of("CHUNK", chunk(backend)));
  }

  static Range range(Backend backend, Matrix matrix, int lanes) {
    long items = Range.groups(matrix.paddedSize(), (long) lanes * chunk(backend));
    return Range.of(items, backend.cpu() ? 1 : GPU_LOCAL);
  }

  private static int chunk(Backend backend) {
    return backend.cpu() ? CPU_CHUNK : 1;
  }
}
