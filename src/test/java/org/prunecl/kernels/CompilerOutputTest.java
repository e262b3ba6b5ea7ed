package org.prunecl.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from recorded outputs; the kernels behind them are in {@code sample.cl} there. */
final class CompilerOutputTest {
  @Test
  void amd_assembly_before_rdna_3_tells_everything() throws IOException {
    assertThat(AmdAssembly.read(recorded("amd-gfx90a.s")))
        .containsExactly(
            new Resources("staged", 11, 0, 1040, 8, 1, 2),
            new Resources("scratch", 11, 2052, 0, 8, 0, 0));
  }

  @Test
  void amd_assembly_since_rdna_3_tells_everything() throws IOException {
    assertThat(AmdAssembly.read(recorded("amd-gfx1100.s")))
        .containsExactly(
            new Resources("staged", 10, 0, 1040, 16, 1, 2),
            new Resources("scratch", 5, 2052, 0, 16, 0, 0));
  }

  @Test
  void accumulation_registers_of_cdna_count() throws IOException {
    String assembly = recorded("amd-gfx90a.s").replace("TotalNumVgprs: 11", "TotalNumVgprs: 23");
    assertThat(AmdAssembly.read(assembly)).extracting(Resources::registers).containsOnly(23);
  }

  @Test
  void ptx_and_its_assembler_tell_all_but_the_waves() throws IOException {
    assertThat(NvidiaAssembly.read(recorded("nvidia.ptx"), recorded("nvidia-sm_80.log")))
        .containsExactly(
            new Resources("staged", 19, 0, 1040, null, 1, 2),
            new Resources("scratch", 31, 2048, 0, null, 0, 0));
  }

  @Test
  void ptx_alone_tells_the_loads() throws IOException {
    assertThat(NvidiaAssembly.read(recorded("nvidia.ptx"), null))
        .containsExactly(
            new Resources("staged", null, null, null, null, 1, 2),
            new Resources("scratch", null, null, null, null, 0, 0));
  }

  @Test
  void an_assembler_that_leaves_out_a_kernel_is_noticed() throws IOException {
    String ptx = recorded("nvidia.ptx");
    String log = recorded("nvidia-sm_80.log").replace("'scratch'", "'other'");
    assertThatThrownBy(() -> NvidiaAssembly.read(ptx, log)).hasMessageContaining("scratch");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dg2", "pvc"})
  void intel_s_files_tell_all_but_the_waves(String chip) throws IOException {
    String code = recorded("intel-" + chip + ".ll");
    assertThat(IntelAssembly.read(recorded("intel-" + chip + "-1.asm"), code))
        .isEqualTo(new Resources("staged", 128, 0, 1056, null, 1, 2));
    assertThat(IntelAssembly.read(recorded("intel-" + chip + "-2.asm"), code))
        .isEqualTo(new Resources("scratch", 128, 2048, 0, null, 0, 0));
  }

  @Test
  void what_intel_spills_counts_as_private_memory() throws IOException {
    String assembly = recorded("intel-pvc-1.asm").replace("//.RA", "//.spill size 128\n//.RA");
    assertThat(IntelAssembly.read(assembly, recorded("intel-pvc.ll")).privateBytes())
        .isEqualTo(128);
  }

  @Test
  void of_intel_s_attempts_at_a_kernel_the_last_counts() {
    assertThat(
            IntelTarget.last(
                List.of(
                    Path.of("OCL_asm45d8_1_simd16_entry_0001.asm"),
                    Path.of("OCL_asm45d8_simd16_entry_0001.asm"),
                    Path.of("OCL_asm45d8_simd32_entry_0002.asm"),
                    Path.of("OCL_asm45d8_simd16_entry_0002.visaasm"),
                    Path.of("OCL_asm45d8_codegen.ll"))))
        .containsExactly(
            Path.of("OCL_asm45d8_1_simd16_entry_0001.asm"),
            Path.of("OCL_asm45d8_simd32_entry_0002.asm"));
  }

  @Test
  void memory_is_read_from_the_code_of_the_same_attempt() {
    assertThat(IntelTarget.code("OCL_asm45d8_1_simd16_entry_0001.asm"))
        .isEqualTo("OCL_asm45d8_codegen_1.ll");
    assertThat(IntelTarget.code("OCL_asm45d8_simd32_entry_0002.asm"))
        .isEqualTo("OCL_asm45d8_codegen.ll");
  }

  private static String recorded(String name) throws IOException {
    try (InputStream in = CompilerOutputTest.class.getResourceAsStream("/compilers/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
