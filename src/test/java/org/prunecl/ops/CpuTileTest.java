package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;

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
  void processors_with_32_vector_registers_get_the_larger_tile(String name) {
    assertThat(CpuTile.of(named(name))).isEqualTo(CpuTile.THIRTY_TWO_REGISTERS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pthread-haswell-AMD EPYC",
        "cpu-znver3-AMD EPYC",
        "llvmpipe (LLVM 15.0.6, 256 bits)",
        "Oclgrind Simulator",
        "Intel(R) Core(TM) i7-8700 CPU"
      })
  void all_others_get_the_tile_that_every_processor_holds(String name) {
    assertThat(CpuTile.of(named(name))).isEqualTo(CpuTile.SIXTEEN_REGISTERS);
  }

  private static Device named(String name) {
    return new Device(
        0, 0, "platform", name, DeviceType.CPU, "1", "OpenCL 3.0", "1.2", 2, 1, 1, 1, 1, null);
  }
}
