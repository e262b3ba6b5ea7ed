package org.prunecl.kernels;

import java.util.Map;
import java.util.Set;
import org.prunecl.opencl.KernelSource;

/**
 * What a compiler made of one kernel, or of a whole file that it refused.
 *
 * @param program what was compiled
 * @param target for which GPU
 * @param resources what the kernel uses, or null when it did not compile or has no room there
 * @param fault what is wrong, or null when nothing is
 */
record Finding(Program program, String target, Resources resources, String fault) {
  /** What AMD's compiler says, the code being right, of private memory that no item may have. */
  private static final String NO_ROOM = "stack frame size";

  /** Products that stage tiles in local memory. */
  private static final Set<String> TILED = Set.of("gemm", "spmm_ordered");

  /** A CPU's panel is larger than what a work-item of some GPUs may have, and that is no fault. */
  static Finding refused(Program program, String target, CompileException e) {
    if (!program.gpu() && e.getMessage().contains(NO_ROOM)) {
      return new Finding(program, target, null, null);
    }
    return new Finding(program, target, null, "does not compile: " + e.getMessage());
  }

  /**
   * Judges a kernel. Those of the CPU family alone need only compile: no GPU ever gets them.
   *
   * <p>A product of tiles without 16-byte loads asks the memory system for four times as many.
   */
  static Finding of(Program program, String target, Resources resources) {
    String fault = null;
    if (program.gpu() && resources.privateBytes() != null && resources.privateBytes() > 0) {
      fault = "spills " + resources.privateBytes() + " bytes";
    } else if (program.gpu() && TILED.contains(resources.kernel())) {
      if (resources.globalLoads16() <= epilogueLoads(program.source())) {
        fault = "loads no operand 16 bytes at a time from global memory";
      } else if (resources.localLoads16() == 0) {
        fault = "loads no operand 16 bytes at a time from local memory";
      }
    }
    return new Finding(program, target, resources, fault);
  }

  /** A work-item of a dense product may read, with beta and a gate, two values for each result. */
  private static int epilogueLoads(KernelSource source) {
    if (!source.file().equals("gemm_gpu.cl")) {
      return 0;
    }
    Map<String, Object> p = source.parameters();
    int results =
        (int) p.get("ROWS")
            * (int) p.get("COLUMNS")
            / ((int) p.get("ITEMS_X") * (int) p.get("ITEMS_Y"));
    return 2 * results / 4;
  }
}
