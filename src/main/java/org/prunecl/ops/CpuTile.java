package org.prunecl.ops;

import java.util.Locale;
import java.util.regex.Pattern;
import org.prunecl.opencl.Device;

/**
 * The register tile of the dense product on a CPU: rows × vectors × lanes, all kept in registers.
 *
 * @param rows rows of C
 * @param vectors vectors in each row, 1 to 4
 * @param lanes floats in a vector, 8 or 16
 */
record CpuTile(int rows, int vectors, int lanes) {
  /** 12 accumulators: fits the 16 registers of AVX, and in halves the 32 of 64-bit Arm. */
  static final CpuTile SIXTEEN_REGISTERS = new CpuTile(6, 2, 8);

  /** 24 accumulators: fits the 32 registers of AVX-512. */
  static final CpuTile THIRTY_TWO_REGISTERS = new CpuTile(6, 4, 16);

  /**
   * Depth of a panel. With the tiles above it takes 64 or 256 KiB: within the second-level cache of
   * the processors they are for.
   */
  static final int DEPTH = 1024;

  /** LLVM's names of processors with AVX-512, as PoCL puts them into a device's name. */
  private static final Pattern AVX_512 =
      Pattern.compile(
          "avx512|cascadelake|cooperlake|cannonlake|icelake|rocketlake|tigerlake|sapphirerapids"
              + "|emeraldrapids|graniterapids|znver[4-9]");

  /** The tile for a device; the one that every CPU can hold where its registers aren't known. */
  static CpuTile of(Device device) {
    return AVX_512.matcher(device.name().toLowerCase(Locale.ROOT)).find()
        ? THIRTY_TWO_REGISTERS
        : SIXTEEN_REGISTERS;
  }

  /** Columns of a panel. */
  int columns() {
    return lanes * vectors;
  }

  /** How many vectors make rows of this length, when they fit a panel as they lie; else 0. */
  int vectorsIn(int leadingDimension) {
    return leadingDimension % lanes == 0 && leadingDimension <= columns()
        ? leadingDimension / lanes
        : 0;
  }
}
