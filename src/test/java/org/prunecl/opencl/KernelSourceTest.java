package org.prunecl.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

@OpenClTest
final class KernelSourceTest {
  @Test
  void the_options_are_the_devices_own_language_version_and_the_parameters() {
    KernelSource source = KernelSource.of("gemm_cpu.cl", Map.of("TRANS_B", 1)).with("KC", 64);
    for (String version : new String[] {"1.1", "1.2", "2.0", "3.0"}) {
      // Exactly these: nothing that lets the compiler assume away NaN and infinity.
      assertThat(source.options(Devices.withLanguage(TestDevice.get(), version)))
          .isEqualTo("-w -cl-denorms-are-zero -cl-std=CL" + version + " -D KC=64 -D TRANS_B=1");
    }
  }

  @Test
  void equal_parameters_make_equal_sources_whatever_their_order() {
    assertThat(KernelSource.of("a.cl").with("X", 1).with("Y", 2))
        .isEqualTo(KernelSource.of("a.cl").with("Y", 2).with("X", 1))
        .isNotEqualTo(KernelSource.of("a.cl").with("X", 2).with("Y", 2))
        .isNotEqualTo(KernelSource.of("b.cl").with("X", 1).with("Y", 2));
  }

  @Test
  void the_text_is_the_kernel_file_with_what_it_includes() {
    assertThat(KernelSource.of("relu.cl").text()).contains("__kernel void relu_forward");
    assertThat(KernelSource.of("adam.cl").text())
        .contains("__kernel void adam", "Vector adamUpdate(")
        .doesNotContain("#include");
    assertThatThrownBy(() -> KernelSource.of("absent.cl").text())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("absent.cl");
  }
}
