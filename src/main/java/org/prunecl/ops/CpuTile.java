package org.prunecl.ops;

import java.util.ArrayList;
import java.util.List;
import org.prunecl.opencl.Device;

/**
 * Parameters of the dense product on a CPU: its register tile of rows × vectors × lanes, its panel,
 * and how the work is cut.
 *
 * @param rows rows of C in the register tile, 1 to 12
 * @param vectors vectors in each row, 1 to 4
 * @param lanes floats in a vector, 8 or 16
 * @param depth of a panel, a multiple of 16; the panel takes 4 · lanes · vectors · depth bytes, at
 *     most 512 KiB
 * @param groups pieces of C for each compute unit, 1 to 64: enough that uneven ones even out; a
 *     group copies the panel of B anew for pieces that aren't neighbours, so not more
 */
record CpuTile(int rows, int vectors, int lanes, int depth, int groups) implements GemmTile {
  /**
   * 12 accumulators: fits the 16 registers of AVX, and in halves the 32 of 64-bit Arm. The panel
   * takes 64 KiB: within the second-level cache.
   */
  static final CpuTile SIXTEEN_REGISTERS = new CpuTile(6, 2, 8, 1024, 8);

  /**
   * 24 accumulators: fits the 32 registers of AVX-512. The panels take 512 KiB: within the
   * second-level cache of the processors that have them.
   */
  static final CpuTile THIRTY_TWO_REGISTERS = new CpuTile(6, 4, 16, 2048, 16);

  private static final int MAX_PANEL = 512 << 10;

  private static final int MAX_ROWS = 12;

  CpuTile {
    check("rows", rows, 1, MAX_ROWS);
    check("vectors", vectors, 1, 4);
    if (lanes != 8 && lanes != 16) {
      throw new IllegalArgumentException("lanes is 8 or 16, not " + lanes);
    }
    check("depth", depth, 16, MAX_PANEL / (Float.BYTES * lanes * vectors));
    if (depth % 16 != 0) {
      throw new IllegalArgumentException("depth is a multiple of 16, not " + depth);
    }
    check("groups", groups, 1, 64);
  }

  /** What fills the registers of such a processor. */
  static CpuTile full(int lanes) {
    return lanes == 16 ? THIRTY_TWO_REGISTERS : SIXTEEN_REGISTERS;
  }

  private static void check(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is from " + least + " to " + most + ", not " + value);
    }
  }

  /**
   * What a search tries: tiles of about 12 and 24 accumulators of either width, more groups and
   * fewer, and, where it is a full one, shallower panels.
   */
  static List<CpuTile> candidates(boolean full) {
    int[][] tiles =
        full
            ? new int[][] {{6, 2, 8}, {4, 3, 8}, {6, 4, 8}, {6, 4, 16}, {8, 3, 16}, {4, 4, 16}}
            : new int[][] {{6, 2, 8}, {4, 3, 8}, {6, 4, 16}, {8, 3, 16}};
    List<CpuTile> all = new ArrayList<>();
    for (int shallower : full ? new int[] {1, 2} : new int[] {1}) {
      for (int halves : full ? new int[] {2, 1, 4} : new int[] {2, 1}) {
        for (int[] tile : tiles) {
          int depth = full(tile[2]).depth / shallower;
          int groups = full(tile[2]).groups * halves / 2;
          all.add(new CpuTile(tile[0], tile[1], tile[2], depth, groups));
        }
      }
    }
    return all;
  }

  /**
   * Compilers put what a device has no registers for into memory, slow but right; llvmpipe's takes
   * minutes over it.
   */
  @Override
  public boolean runsOn(Device device) {
    return columns() <= SIXTEEN_REGISTERS.columns() || !device.name().startsWith("llvmpipe");
  }

  /** As many sums in a tile of fewer vectors: the fewer there are, the more rows. */
  CpuTile narrowed(int width) {
    return new CpuTile(Math.min(MAX_ROWS, rows * vectors / width), width, lanes, depth, groups);
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
