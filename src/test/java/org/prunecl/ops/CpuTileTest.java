package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.opencl.Device;
import org.prunecl.opencl.DeviceType;

final class CpuTileTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "pthread-skylake-avx512-AMD EPYC",
        "cpu-znver4-AMD EPYC 9654",
        "cpu-icelake-server-Xeon"
      })
  void processors_with_avx_512_get_the_larger_tile(String name) {
    assertThat(CpuTile.of(named(name))).isEqualTo(CpuTile.THIRTY_TWO_REGISTERS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pthread-haswell-AMD EPYC",
        "cpu-neoverse-n1-ARM Neoverse",
        "cpu-znver3-AMD EPYC",
        "llvmpipe (LLVM 15.0.6, 256 bits)",
        "Oclgrind Simulator",
        "Intel(R) Core(TM) i7-8700 CPU"
      })
  void all_others_get_the_tile_that_every_processor_holds(String name) {
    assertThat(CpuTile.of(named(name))).isEqualTo(CpuTile.SIXTEEN_REGISTERS);
  }

  @Test
  void a_matrix_no_wider_than_a_panel_is_its_own_panel() {
    CpuTile tile = new CpuTile(6, 4, 16);
    assertThat(tile.vectorsIn(16)).isEqualTo(1);
    assertThat(tile.vectorsIn(64)).isEqualTo(4);
    assertThat(tile.vectorsIn(80)).isZero();
    assertThat(tile.vectorsIn(1)).isZero();
    assertThat(new CpuTile(6, 2, 8).vectorsIn(16)).isEqualTo(2);
  }

  private static Device named(String name) {
    return new Device(
        0, 0, "platform", name, DeviceType.CPU, "1", "OpenCL 3.0", "1.2", 2, 1, 1, 1, 1, null);
  }
}
