package org.prunecl.ops;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.prunecl.opencl.Device;

/**
 * How a work-group of the dense product on a GPU goes about its tile of C: the tunables of {@code
 * gemm_gpu.cl}, which explains them.
 *
 * @param rows rows of the tile, a multiple of 4 · itemsY
 * @param columns columns of the tile, a multiple of 4 · itemsX
 * @param itemsX work-items along the columns
 * @param itemsY work-items along the rows
 * @param depth steps along the inner dimension from barrier to barrier, a multiple of 4
 * @param stages 1, or 2 for double buffering in local memory
 */
record GpuTile(int rows, int columns, int itemsX, int itemsY, int depth, int stages)
    implements GemmTile {
  /**
   * 8 × 8 elements per item: fewest loads for each multiply-add. So few of its work-groups share a
   * compute unit that each barrier saved counts.
   */
  static final GpuTile LARGE = new GpuTile(128, 128, 16, 16, 8, 2);

  /** 8 × 4 elements per item: four times as many work-groups. */
  static final GpuTile MEDIUM = new GpuTile(64, 64, 16, 8, 16, 1);

  /** 4 × 4 elements per item: for results of few rows or columns. */
  static final GpuTile SMALL = new GpuTile(32, 32, 8, 8, 16, 1);

  /** The tiles that products get without tuning, each for its shapes. */
  static final List<GpuTile> DEFAULTS = List.of(LARGE, MEDIUM, SMALL);

  /** Refuses what the kernel can't do. */
  GpuTile {
    int items = itemsX * itemsY;
    if (itemsX < 1
        || itemsY < 1
        || rows < 1
        || columns < 1
        || depth < 4
        || rows % (4 * itemsY) != 0
        || columns % (4 * itemsX) != 0
        || depth % 4 != 0
        || rows * depth % (4 * items) != 0
        || columns * depth % (4 * items) != 0
        || stages < 1
        || stages > 2) {
      throw new IllegalArgumentException(
          String.format(
              "A tile of %d × %d by %d × %d work-items, depth %d, stages %d",
              rows, columns, itemsX, itemsY, depth, stages));
    }
  }

  /** All tiles worth trying on a device that {@link #runsOn can run} them. */
  static List<GpuTile> candidates() {
    return List.of(
        LARGE,
        MEDIUM,
        SMALL,
        new GpuTile(128, 128, 16, 16, 8, 1),
        new GpuTile(128, 64, 16, 16, 16, 1),
        new GpuTile(64, 64, 16, 8, 16, 2),
        new GpuTile(64, 64, 16, 16, 16, 1),
        new GpuTile(32, 32, 8, 8, 16, 2));
  }

  /** Whether the device's work-groups and local memory are large enough. */
  @Override
  public boolean runsOn(Device device) {
    return (long) itemsX * itemsY <= device.maxWorkGroupSize()
        && localBytes() <= device.localMemory();
  }

  /** Local memory of a work-group, bytes. */
  int localBytes() {
    return Float.BYTES * stages * depth * (rows + 4 + columns + 4);
  }

  /** The kernel's build parameters. */
  Map<String, Integer> parameters() {
    return new TreeMap<>(
        Map.of(
            "ROWS", rows,
            "COLUMNS", columns,
            "ITEMS_X", itemsX,
            "ITEMS_Y", itemsY,
            "DEPTH", depth,
            "STAGES", stages));
  }
}
