package org.prunecl.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.prunecl.opencl.KernelSource;

/** What is a fault, and that it is printed. */
final class ReportTest {
  private static final Program GPU =
      new Program(
          KernelSource.of(
              "gemm_gpu.cl", Map.of("ROWS", 64, "COLUMNS", 64, "ITEMS_X", 16, "ITEMS_Y", 16)),
          true);
  private static final Program SPARSE =
      new Program(KernelSource.of("spmm_ordered_gpu.cl", Map.of("ACROSS", 2)), true);
  private static final Program CPU = new Program(KernelSource.of("gemm_cpu.cl"), false);

  private static String fault(
      Program program, String kernel, Integer spill, int global, int local) {
    Resources resources = new Resources(kernel, 64, spill, 0, 8, global, local);
    return Finding.of(program, "GPU", resources).fault();
  }

  @Test
  void a_product_with_16_byte_loads_and_no_spill_is_right() {
    assertThat(fault(GPU, "gemm", 0, 10, 2)).isNull();
    assertThat(fault(GPU, "gemm", null, 10, 2)).isNull();
  }

  @Test
  void a_spill_is_a_fault_of_any_kernel_of_the_gpu_family() {
    assertThat(fault(GPU, "gemm", 4, 10, 2)).isEqualTo("spills 4 bytes");
    assertThat(fault(GPU, "other", 4, 0, 0)).isEqualTo("spills 4 bytes");
  }

  @Test
  void a_product_that_loads_its_operands_in_smaller_pieces_is_a_fault() {
    // Four are C's own, four the gate's.
    assertThat(fault(GPU, "gemm", 0, 8, 2)).contains("global memory");
    assertThat(fault(GPU, "gemm", 0, 10, 0)).contains("local memory");
    assertThat(fault(SPARSE, "spmm_ordered", 0, 0, 2)).contains("global memory");
    assertThat(fault(SPARSE, "spmm_ordered", 0, 1, 0)).contains("local memory");
    assertThat(fault(SPARSE, "spmm_ordered", 0, 1, 2)).isNull();
    assertThat(fault(GPU, "gemv", 0, 0, 0)).isNull();
  }

  @Test
  void the_cpu_family_need_only_compile_for_a_gpu() {
    assertThat(fault(CPU, "gemm", 4096, 0, 0)).isNull();
    assertThat(Finding.refused(CPU, "GPU", new CompileException("error: why")).fault())
        .isEqualTo("does not compile: error: why");
  }

  @Test
  void a_panel_of_the_cpu_family_that_a_gpu_has_no_room_for_is_no_fault() {
    CompileException noRoom =
        new CompileException("error: stack frame size (263744) exceeds limit (131056)");
    assertThat(Finding.refused(CPU, "GPU", noRoom).fault()).isNull();
    assertThat(Finding.refused(GPU, "GPU", noRoom).fault()).contains("exceeds limit");
  }

  @Test
  void a_report_names_every_fault_and_absent_driver(@TempDir Path folder) throws IOException {
    Driver driver =
        new Driver(
            "Portable Computing Language",
            "a CPU",
            Set.of(CPU.source()),
            Set.of(GPU.source()),
            List.of("gemm_cpu.cl does not build"),
            List.of());
    Finding right = Finding.of(GPU, "X 1", new Resources("gemm", 64, 0, 8704, null, 10, 2));
    Finding spilt = Finding.of(GPU, "X 2", new Resources("gemm", 32, 16, 8704, null, 10, 2));
    Report report = new Report(List.of(driver), List.of(CPU, GPU), List.of(right, spilt));

    assertThat(report.faults())
        .containsExactly(
            "Portable Computing Language: gemm_cpu.cl does not build",
            "X 2: gemm_gpu.cl COLUMNS=64 ITEMS_X=16 ITEMS_Y=16 ROWS=64 spills 16 bytes");
    assertThat(report.summary())
        .contains("PoCL: 2 programs of both families, faults: 1 (a CPU)")
        .contains("absent: Oclgrind", "absent: rusticl (Mesa)")
        .contains(
            "FAULT: X 2: gemm_gpu.cl COLUMNS=64 ITEMS_X=16 ITEMS_Y=16 ROWS=64 spills 16 bytes")
        .endsWith("faults: 2\n");
    assertThat(report.table().lines().skip(2).map(line -> line.replaceAll(" +", " ")))
        .containsExactly(
            "gemm_gpu.cl gemm COLUMNS=64 ITEMS_X=16 ITEMS_Y=16 ROWS=64 X 1 64 0 8704 - 10 2",
            "gemm_gpu.cl gemm COLUMNS=64 ITEMS_X=16 ITEMS_Y=16 ROWS=64 X 2 32 16 8704 - 10 2 FAULT:"
                + " spills 16 bytes");

    Path file = folder.resolve("findings.json");
    report.write(file);
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.at("/kernels/1/fault").asText()).isEqualTo("spills 16 bytes");
    assertThat(json.at("/kernels/0/localBytes").asInt()).isEqualTo(8704);
    assertThat(json.at("/faults")).hasSize(2);
  }

  @Test
  void a_report_without_faults_counts_none() {
    assertThat(new Report(List.of(), List.of(), List.of()).summary()).endsWith("faults: 0\n");
  }
}
