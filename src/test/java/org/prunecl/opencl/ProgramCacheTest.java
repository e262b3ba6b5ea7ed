package org.prunecl.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.prunecl.CacheFolder;
import org.prunecl.PruneClException.Kind;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.TestDevice;

@DeviceTest
final class ProgramCacheTest {
  private static final KernelSource SIMPLE = KernelSource.of("simple.cl");

  @TempDir Path folder;

  /** Builds the program through the cache, checks that its kernel works; how many were cached. */
  private static int use(ProgramCache cache, KernelSource source) {
    try (Context context = Context.open(TestDevice.get(), cache);
        DeviceBuffer x = context.allocate(8 * Float.BYTES)) {
      context.kernel(source, "ramp").launch(Range.of(8, 4), x, 0.5f, 3);
      assertThat(x.readFloats(8, 0)).containsExactly(3f, 3.5f, 4f, 4.5f, 5f, 5.5f, 6f, 6.5f);
      return context.cachedPrograms();
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @Test
  void a_program_is_kept_and_taken_by_the_next_context() throws IOException {
    ProgramCache cache = new ProgramCache(folder.resolve("a/b"));

    assertThat(use(cache, SIMPLE)).isZero();
    assertThat(use(cache, SIMPLE)).isEqualTo(1);

    assertThat(cache.folder()).isDirectoryNotContaining(file -> !file.toString().endsWith(".bin"));
    // Other parameters are another program.
    assertThat(use(cache, SIMPLE.with("A", 1))).isZero();
    assertThat(use(cache, SIMPLE)).isEqualTo(1);
  }

  @Test
  void a_damaged_file_is_built_anew_and_replaced() throws IOException {
    ProgramCache cache = new ProgramCache(folder);
    use(cache, SIMPLE);
    Path file = files().get(0);
    byte[] whole = Files.readAllBytes(file);
    for (int flipped : new int[] {0, 31, 32, whole.length / 2, whole.length - 1}) {
      byte[] damaged = whole.clone();
      damaged[flipped] ^= 4;
      Files.write(file, damaged);
      assertThat(use(cache, SIMPLE)).as("byte %d flipped", flipped).isZero();
      assertThat(use(cache, SIMPLE)).as("after byte %d", flipped).isEqualTo(1);
    }
    for (int length : new int[] {0, 31, 32, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(use(cache, SIMPLE)).as("cut to %d bytes", length).isZero();
      assertThat(use(cache, SIMPLE)).as("after %d bytes", length).isEqualTo(1);
    }
    assertThat(files()).containsExactly(file);
  }

  @Test
  void a_file_under_another_ones_name_is_not_taken() throws IOException {
    ProgramCache cache = new ProgramCache(folder);
    use(cache, SIMPLE);
    Path first = files().get(0);
    use(cache, SIMPLE.with("A", 1));
    Path second = files().stream().filter(file -> !file.equals(first)).findFirst().orElseThrow();
    Files.write(second, Files.readAllBytes(first));

    assertThat(use(cache, SIMPLE.with("A", 1))).isZero();
  }

  @Test
  void a_folder_that_can_not_be_written_costs_nothing_but_the_build() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    ProgramCache cache = new ProgramCache(file.resolve("below"));

    assertThat(use(cache, SIMPLE)).isZero();
    assertThat(use(cache, SIMPLE)).isZero();
    assertThat(files()).containsExactly(file);
  }

  @Test
  void switched_off_it_keeps_and_takes_nothing() throws IOException {
    use(new ProgramCache(folder), SIMPLE);
    List<Path> before = files();
    ProgramCache off = cache("off");

    assertThat(use(off, SIMPLE)).isZero();
    assertThat(use(off, SIMPLE.with("A", 1))).isZero();
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void drivers_that_keep_what_they_build_go_without() {
    Device device = TestDevice.get();
    assertThat(cache("auto")).isEqualTo(ProgramCache.OFF);
    assertThat(cache("")).isEqualTo(ProgramCache.OFF);
    assertThat(cache("on").folder()).isEqualTo(folder);
    for (String platform : List.of("AMD Accelerated Parallel Processing", "Intel(R) OpenCL")) {
      Device other = Devices.onPlatform(device, platform);
      assertThat(ProgramCache.of(other, Map.of(ProgramCache.FOLDER, folder.toString())).folder())
          .isEqualTo(folder);
      assertThat(ProgramCache.of(other, Map.of()).folder())
          .isEqualTo(CacheFolder.locate().resolve("programs"));
      assertThat(ProgramCache.of(other, Map.of(ProgramCache.SWITCH, "off")))
          .isEqualTo(ProgramCache.OFF);
    }
  }

  @Test
  void another_value_of_the_switch_is_refused() {
    assertThatThrownBy(() -> cache("yes"))
        .isInstanceOfSatisfying(
            OpenClException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INPUT))
        .hasMessage("PRUNECL_PROGRAM_CACHE is 'yes'.");
  }

  @Test
  void everything_that_a_binary_depends_on_is_in_its_key() {
    Device device = TestDevice.get();
    String key = ProgramCache.key(device, "1", "-D A=1", "text");

    assertThat(ProgramCache.key(device, "1", "-D A=1", "text")).isEqualTo(key).hasSize(64);
    assertThat(
            List.of(
                ProgramCache.key(device, "2", "-D A=1", "text"),
                ProgramCache.key(device, "1", "-D A=2", "text"),
                ProgramCache.key(device, "1", "-D A=1", "texts"),
                ProgramCache.key(device, "1", "-D A=1t", "ext"),
                ProgramCache.key(Devices.onPlatform(device, "other"), "1", "-D A=1", "text"),
                ProgramCache.key(Devices.withDriver(device, "other"), "1", "-D A=1", "text"),
                ProgramCache.key(Devices.withMemory(device, "other", 1), "1", "-D A=1", "text")))
        .doesNotHaveDuplicates()
        .doesNotContain(key);
    // Names, not properties that a driver may count differently from one day to the next.
    assertThat(ProgramCache.key(Devices.withMaxAllocation(device, 7), "1", "-D A=1", "text"))
        .isEqualTo(key);
  }

  private ProgramCache cache(String value) {
    return ProgramCache.of(
        TestDevice.get(),
        Map.of(ProgramCache.SWITCH, value, ProgramCache.FOLDER, folder.toString()));
  }
}
