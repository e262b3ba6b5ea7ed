package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.prunecl.opencl.KernelSource;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

@OpenClTest
final class EveryKernelTest {
  @Test
  void every_kernel_file_is_used_by_one_family_at_least() throws IOException {
    Set<String> used = new TreeSet<>();
    for (Family family : Family.values()) {
      sources(family).forEach(source -> used.add(source.file()));
    }
    try (Stream<Path> files = Files.list(Path.of("kernels-cl"))) {
      assertThat(used)
          .containsExactlyElementsOf(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(file -> KernelSource.of(file).text().contains("__kernel"))
                  .sorted()
                  .toList());
    }
  }

  @Test
  void products_on_gpus_come_with_every_tile_and_every_operand_transposed_or_not() {
    Set<String> wanted = new TreeSet<>();
    for (GpuTile tile : GpuTile.candidates()) {
      for (int variant = 0; variant < 4; variant++) {
        Map<String, Integer> parameters = new TreeMap<>(tile.parameters());
        parameters.put("TRANS_A", variant & 1);
        parameters.put("TRANS_B", variant >> 1);
        wanted.add(parameters.toString());
      }
    }
    assertThat(parameters(Family.GPU, "gemm_gpu.cl")).containsExactlyInAnyOrderElementsOf(wanted);
  }

  @Test
  void products_on_cpus_come_with_every_register_tile() {
    Set<String> parameters = parameters(Family.CPU, "gemm_cpu.cl");
    for (String tile :
        List.of("LANES=8, MR=6, NV=2", "LANES=16, MR=6, NV=4", "LANES=16, MR=8, NV=3")) {
      assertThat(parameters)
          .filteredOn(one -> one.contains("DIRECT=0"))
          .filteredOn(one -> one.replace("MASKED=1, ", "").contains(tile))
          .hasSize(4 + 2); // and those that end in a step of Adam, masked or not
    }
    // B as its own panel, 16 columns wide, or up to 64 where the tile is; A transposed or not.
    assertThat(parameters).filteredOn(one -> one.contains("DIRECT=1")).hasSize(2 + 8);
  }

  private static Set<String> parameters(Family family, String file) {
    return sources(family).stream()
        .filter(source -> source.file().equals(file))
        .map(source -> source.parameters().toString())
        .collect(Collectors.toSet());
  }

  private static Set<KernelSource> sources(Family family) {
    try (Backend backend = Backend.open(TestDevice.get(), family)) {
      EveryKernel kernels = EveryKernel.build(backend);
      assertThat(kernels.failures()).isEmpty();
      return kernels.sources();
    }
  }
}
