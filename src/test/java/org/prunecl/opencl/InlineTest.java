package org.prunecl.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.prunecl.testing.Draw;
import org.prunecl.testing.OpenClTest;

/** Short launches in the calling thread; the default suite sets PoCL up for them. */
@OpenClTest
final class InlineTest {
  private static final KernelSource SIMPLE = KernelSource.of("simple.cl");

  /** PoCL's device that has a partner, whichever device the other tests are pointed at. */
  private static Device device() {
    return Platforms.list().stream()
        .flatMap(platform -> platform.devices().stream())
        .filter(device -> device.inline().isPresent())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void the_inline_device_comes_last_and_is_every_other_ones_partner() {
    List<Device> devices =
        Platforms.list().stream()
            .filter(platform -> platform.name().equals(device().platform()))
            .findFirst()
            .orElseThrow()
            .devices();
    assertThat(devices).hasSizeGreaterThan(1);
    Device last = devices.get(devices.size() - 1);
    assertThat(last.inline()).isEmpty();
    assertThat(last.computeUnits()).isOne();
    assertThat(last.deviceIndex()).isEqualTo(devices.size() - 1);
    assertThat(devices.subList(0, devices.size() - 1))
        .allSatisfy(device -> assertThat(device.inline()).contains(last))
        .extracting(Device::name)
        .contains(device().name());
  }

  @Test
  void the_inline_device_is_chosen_only_by_its_name_or_indices() {
    List<Platform> platforms = Platforms.list();
    Device inline = device().inline().orElseThrow();
    assertThat(DeviceChoice.among(platforms, null, null).candidates())
        .extracting(Device::name)
        .doesNotContain(inline.name());
    for (String wish : List.of("cpu", "portable", device().name())) {
      DeviceChoice choice = DeviceChoice.among(platforms, wish, null);
      assertThat(choice.preferred().name()).isEqualTo(device().name());
      assertThat(choice.reason()).isEqualTo("--device " + wish);
    }
    for (String wish : List.of("basic", inline.indices())) {
      assertThat(DeviceChoice.among(platforms, wish, null).preferred().name())
          .isEqualTo(inline.name());
    }
  }

  @Test
  void a_short_kernel_runs_at_once_unless_something_is_still_to_run() {
    try (Context context = Context.open(device());
        DeviceBuffer x = context.allocateShared(2 * Float.BYTES);
        DeviceBuffer copy = context.allocate(Float.BYTES)) {
      Kernel kernel = context.kernel(SIMPLE, "ramp");
      Kernel inline = context.shortKernel(SIMPLE, "ramp");
      assertThat(inline).isNotSameAs(kernel);
      inline.launch(Range.of(2, 1), x, 2f, 5);
      // Nobody has waited for anything.
      assertThat(x.view().get(1)).isEqualTo(7f);
      assertThat(context.shortKernel(SIMPLE, "ramp")).isSameAs(inline);
      kernel.launch(Range.of(2, 1), x, 3f, 6);
      assertThat(context.shortKernel(SIMPLE, "ramp")).isSameAs(kernel);
      context.finish();
      assertThat(context.shortKernel(SIMPLE, "ramp")).isSameAs(inline);
      copy.copyFrom(x, Float.BYTES);
      assertThat(context.shortKernel(SIMPLE, "ramp")).isSameAs(kernel);
      x.write(new float[] {1, 2});
      assertThat(context.shortKernel(SIMPLE, "ramp")).isSameAs(inline);
      // Asked for before something else was enqueued: that runs first.
      for (int i = 0; i < 100; i++) {
        kernel.launch(Range.of(2, 1), x, 3f, i);
        inline.launch(Range.of(2, 1), x, 2f, 5);
        assertThat(x.view().get(1)).isEqualTo(7f);
        context.finish();
        assertThat(x.view().get(1)).isEqualTo(7f);
      }
    }
  }

  @Test
  void launches_of_both_kinds_and_copies_run_in_the_order_in_which_they_were_asked_for() {
    Draw draw = new Draw("inline");
    try (Context context = Context.open(device());
        DeviceBuffer number = context.allocate(Float.BYTES);
        DeviceBuffer copy = context.allocate(Float.BYTES)) {
      number.write(new float[] {1});
      float expected = 1;
      for (int i = 0; i < 2000; i++) {
        int low = draw.index(7);
        switch (draw.index(5)) {
          case 0 -> {
            context.kernel(SIMPLE, "kinds").launch(Range.of(1, 1), copy, number, null, (long) low);
            number.copyFrom(copy, Float.BYTES);
            expected += low;
          }
          case 1, 2 -> {
            Kernel kernel = context.shortKernel(SIMPLE, "kinds");
            kernel.launch(Range.of(1, 1), copy, number, null, (long) low);
            context.shortKernel(SIMPLE, "kinds").launch(Range.of(1, 1), number, copy, null, 1L);
            expected += low + 1;
          }
          case 3 -> context.finish();
          default ->
              assertThat(number.readFloats(1, 0))
                  .as("seed %d, step %d", Draw.SEED, i)
                  .containsExactly(expected);
        }
      }
    }
  }

  @Test
  void the_device_times_short_launches_too() {
    try (Context context = Context.open(device());
        DeviceBuffer x = context.allocate(4096 * Float.BYTES)) {
      Kernel inline = context.shortKernel(SIMPLE, "ramp");
      long nanos = context.deviceNanos(() -> inline.launch(Range.of(4096, 1), x, 1f, 0));
      assertThat(nanos).isPositive();
    }
  }

  @Test
  void programs_for_short_launches_are_cached_too(@TempDir Path folder) {
    ProgramCache cache = new ProgramCache(folder);
    for (int cached = 0; cached <= 2; cached += 2) {
      try (Context context = Context.open(device(), cache);
          DeviceBuffer x = context.allocate(2 * Float.BYTES)) {
        context.prepareShort(SIMPLE, "ramp");
        assertThat(context.cachedPrograms()).isEqualTo(cached);
        context.shortKernel(SIMPLE, "ramp").launch(Range.of(2, 1), x, 2f, 5);
        assertThat(x.readFloats(2, 0)).containsExactly(5f, 7f);
      }
    }
  }

  @Test
  void what_the_inline_device_built_is_counted_and_released() {
    try (Context context = Context.open(device())) {
      context.prepareShort(SIMPLE, "ramp");
      assertThat(context.sources()).containsExactly(SIMPLE);
      assertThat(LiveObjects.count(LiveObjects.Kind.PROGRAM)).isEqualTo(2);
      assertThat(LiveObjects.count(LiveObjects.Kind.KERNEL)).isEqualTo(2);
      assertThat(LiveObjects.count(LiveObjects.Kind.QUEUE)).isEqualTo(2);
    }
    for (LiveObjects.Kind kind : LiveObjects.Kind.values()) {
      assertThat(LiveObjects.count(kind)).isZero();
    }
  }
}
