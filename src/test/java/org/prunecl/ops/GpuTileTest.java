package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.prunecl.opencl.Device;
import org.prunecl.opencl.DeviceType;

final class GpuTileTest {
  /** The least local memory that OpenCL grants, except on embedded devices. */
  private static final long LEAST_LOCAL_MEMORY = 32 << 10;

  @ParameterizedTest
  @MethodSource("org.prunecl.ops.GpuTile#candidates")
  void every_tile_runs_on_every_device_that_the_family_runs_on(GpuTile tile) {
    assertThat(tile.runsOn(device(Family.GPU.largestWorkGroup(), LEAST_LOCAL_MEMORY))).isTrue();
  }

  @Test
  void the_tiles_of_untuned_products_are_candidates_and_none_comes_twice() {
    assertThat(GpuTile.candidates()).doesNotHaveDuplicates().containsAll(GpuTile.DEFAULTS);
  }

  @Test
  void both_staged_tiles_with_a_piece_of_padding_per_row_take_local_memory() {
    assertThat(new GpuTile(64, 32, 8, 8, 8, 1).localBytes()).isEqualTo(4 * 8 * (68 + 36));
    assertThat(new GpuTile(64, 32, 8, 8, 8, 2).localBytes()).isEqualTo(2 * 4 * 8 * (68 + 36));
  }

  @Test
  void a_device_with_smaller_work_groups_or_less_local_memory_does_not_run_it() {
    GpuTile tile = new GpuTile(64, 64, 16, 16, 16, 1);
    assertThat(tile.runsOn(device(256, 8704))).isTrue();
    assertThat(tile.runsOn(device(255, 8704))).isFalse();
    assertThat(tile.runsOn(device(256, 8703))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "60, 64, 16, 16, 16, 1", // no whole number of 4 rows per item
    "64, 60, 16, 16, 16, 1",
    "64, 64, 16, 16, 6, 1", // no whole number of pieces along the inner dimension
    "64, 64, 16, 16, 8, 1", // fewer pieces than items
    "64, 64, 16, 16, 16, 0",
    "64, 64, 16, 16, 16, 3",
    "0, 64, 16, 16, 16, 1",
    "64, 64, 0, 16, 16, 1"
  })
  void what_the_kernel_can_not_do_is_refused(
      int rows, int columns, int itemsX, int itemsY, int depth, int stages) {
    assertThatThrownBy(() -> new GpuTile(rows, columns, itemsX, itemsY, depth, stages))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(rows + " × " + columns);
  }

  private static Device device(long workGroup, long localMemory) {
    return new Device(
        0,
        0,
        "platform",
        "name",
        DeviceType.GPU,
        "1",
        "OpenCL 3.0",
        "1.2",
        2,
        1,
        1,
        localMemory,
        workGroup,
        null);
  }
}
