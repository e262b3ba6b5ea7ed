package org.prunecl.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

@OpenClTest
final class RefusedBinaryTest {
  private static final KernelSource SIMPLE = KernelSource.of("simple.cl");

  @TempDir Path folder;

  @Test
  void a_binary_that_the_driver_refuses_is_built_anew_and_replaced() throws IOException {
    ProgramCache cache = new ProgramCache(folder);
    assertThat(use(cache)).isZero();
    String key;
    try (Stream<Path> files = Files.list(folder)) {
      key = files.findFirst().orElseThrow().getFileName().toString().replace(".bin", "");
    }
    cache.write(key, "not what any driver writes".getBytes(StandardCharsets.UTF_8));
    assertThat(cache.read(key)).isPresent();

    assertThat(use(cache)).isZero();
    assertThat(use(cache)).isEqualTo(1);
  }

  private static int use(ProgramCache cache) {
    try (Context context = Context.open(TestDevice.get(), cache)) {
      context.kernel(SIMPLE, "ramp");
      return context.cachedPrograms();
    }
  }
}
