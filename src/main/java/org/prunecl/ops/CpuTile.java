package org.prunecl.ops;

import java.util.Locale;
import java.util.regex.Pattern;
import org.prunecl.opencl.Device;

/**
 * The register tile of the dense product on a CPU: rows × vectors of 8 lanes, all kept in
 * registers.
 *
 * @param rows rows of C
 * @param vectors vectors in each row, 2 or 4
 */
record CpuTile(int rows, int vectors) {
  /** 12 accumulators: fits the 16 vector registers that every 64-bit x86 with AVX has. */
  static final CpuTile SIXTEEN_REGISTERS = new CpuTile(6, 2);

  /** 24 accumulators: fits the 32 vector registers of AVX-512 and of 64-bit Arm. */
  static final CpuTile THIRTY_TWO_REGISTERS = new CpuTile(6, 4);

  /**
   * LLVM's names of processors with 32 vector registers, as PoCL puts them into a device's name.
   */
  private static final Pattern THIRTY_TWO =
      Pattern.compile(
          "avx512|cascadelake|cooperlake|cannonlake|icelake|rocketlake|tigerlake|sapphirerapids"
              + "|emeraldrapids|graniterapids|znver[4-9]|cortex|neoverse|apple-m|aarch64");

  /** The tile for a device; the one that every CPU can hold where its registers aren't known. */
  static CpuTile of(Device device) {
    return THIRTY_TWO.matcher(device.name().toLowerCase(Locale.ROOT)).find()
        ? THIRTY_TWO_REGISTERS
        : SIXTEEN_REGISTERS;
  }

  /**
   * Depth of a panel, so that it takes 32 KiB: as much as the first-level cache of most processors.
   */
  int depth() {
    return 1024 / vectors;
  }

  /** Columns of a panel. */
  int columns() {
    return 8 * vectors;
  }
}
