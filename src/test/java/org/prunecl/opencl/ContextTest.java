package org.prunecl.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.prunecl.PruneClException.Kind;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

@OpenClTest
final class ContextTest {
  private static final KernelSource SIMPLE = KernelSource.of("simple.cl");

  @Test
  void a_kernel_gets_its_arguments_and_runs() {
    try (Context context = Context.open(TestDevice.get());
        DeviceBuffer x = context.allocate(8 * Float.BYTES);
        DeviceBuffer sum = context.allocate(Float.BYTES)) {
      context.kernel(SIMPLE, "ramp").launch(Range.of(8, 4), x, 0.5f, 3);
      assertThat(x.readFloats(8, 0)).containsExactly(3f, 3.5f, 4f, 4.5f, 5f, 5.5f, 6f, 6.5f);
      Kernel kinds = context.kernel(SIMPLE, "kinds");
      kinds.launch(Range.of(1, 1), sum, x, null, 4L);
      assertThat(sum.readFloats(1, 0)).containsExactly(7f);
      kinds.launch(Range.of(1, 1), sum, x, x, 4L);
      assertThat(sum.readFloats(1, 0)).containsExactly(1007f);
    }
  }

  @Test
  void memory_is_shared_with_the_host_where_the_device_can_and_a_plain_buffer_elsewhere() {
    Device device = TestDevice.get();
    long before = LiveObjects.bufferBytes();
    try (Context context = Context.open(device);
        DeviceBuffer shared = context.allocateShared(8 * Float.BYTES);
        DeviceBuffer plain = context.allocate(8 * Float.BYTES)) {
      assertThat(plain.view()).isNull();
      assertThat(shared.view() != null).isEqualTo(device.sharesMemory());
      assertThat(LiveObjects.bufferBytes() - before).isEqualTo(2 * 8 * Float.BYTES);
      Kernel ramp = context.kernel(SIMPLE, "ramp");
      ramp.launch(Range.of(8, 4), shared, 1f, 0);
      assertThat(shared.readFloats(3, 2)).containsExactly(2f, 3f, 4f);
      shared.write(new float[] {7, 8});
      assertThat(shared.readFloats(3, 0)).containsExactly(7f, 8f, 2f);
      if (shared.view() != null) {
        // What the host writes where it lies, commands see.
        shared.view().put(1, 42f);
        plain.copyFrom(shared, 8 * Float.BYTES);
        assertThat(plain.readFloats(3, 0)).containsExactly(7f, 42f, 2f);
      }
      assertThatThrownBy(() -> shared.readFloats(8, 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThat(LiveObjects.bufferBytes()).isEqualTo(before);
  }

  @Test
  void an_argument_of_a_kind_that_kernels_do_not_take_is_refused() {
    try (Context context = Context.open(TestDevice.get())) {
      Kernel ramp = context.kernel(SIMPLE, "ramp");
      assertThatThrownBy(() -> ramp.launch(Range.of(1, 1), "text"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Argument 0 of kernel ramp");
    }
  }

  @Test
  void arguments_that_do_not_fit_the_kernel_fail_with_its_name() {
    try (Context context = Context.open(TestDevice.get());
        DeviceBuffer x = context.allocate(64)) {
      Kernel ramp = context.kernel(SIMPLE, "ramp");
      assertThatThrownBy(() -> ramp.launch(Range.of(1, 1), x, 1f, 2L))
          .isInstanceOfSatisfying(
              OpenClException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RUN))
          .hasMessageContaining("argument 2 of kernel ramp")
          .hasMessageContaining(TestDevice.get().name());
    }
  }

  @Test
  void what_a_failed_launch_passed_is_not_what_the_next_one_gets() {
    try (Context context = Context.open(TestDevice.get());
        DeviceBuffer x = context.allocate(4 * Float.BYTES)) {
      Kernel ramp = context.kernel(SIMPLE, "ramp");
      ramp.launch(Range.of(4, 4), x, 1f, 3);
      assertThatThrownBy(() -> ramp.launch(Range.of(4, 4), x, 2f, 5L))
          .isInstanceOf(OpenClException.class);
      ramp.launch(Range.of(4, 4), x, 1f, 3);
      assertThat(x.readFloats(4, 0)).containsExactly(3f, 4f, 5f, 6f);
      assertThatThrownBy(() -> ramp.launch(Range.of(4, 4), x, 2f, 5, 6))
          .isInstanceOf(OpenClException.class);
      ramp.launch(Range.of(4, 4), x, 2f, 3);
      assertThat(x.readFloats(4, 0)).containsExactly(3f, 5f, 7f, 9f);
    }
  }

  @Test
  void a_program_is_built_once_and_a_kernel_made_once() {
    try (Context context = Context.open(TestDevice.get())) {
      Kernel first = context.kernel(SIMPLE.with("A", 1).with("B", 2), "ramp");
      assertThat(context.kernel(SIMPLE.with("B", 2).with("A", 1), "ramp")).isSameAs(first);
      assertThat(LiveObjects.describe()).contains("1 PROGRAM", "1 KERNEL");
      assertThat(context.kernel(SIMPLE.with("A", 2).with("B", 2), "ramp")).isNotSameAs(first);
      assertThat(LiveObjects.describe()).contains("2 PROGRAM", "2 KERNEL");
    }
  }

  @Test
  void a_kernel_that_does_not_build_shows_what_the_compiler_says_and_leaves_nothing() {
    try (Context context = Context.open(TestDevice.get())) {
      String before = LiveObjects.describe();
      KernelSource broken = KernelSource.of("broken.cl", Map.of("SOME", 1));
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatThrownBy(() -> context.kernel(broken, "broken"))
            .isInstanceOfSatisfying(
                OpenClException.class,
                e -> {
                  assertThat(e.kind()).isEqualTo(Kind.SETUP);
                  assertThat(e.getMessage())
                      .contains("broken.cl", TestDevice.get().name(), "undeclared_name")
                      .doesNotContain("\n");
                  assertThat(e.getCause())
                      .hasMessageContaining("-D SOME=1")
                      .hasMessageContaining("undeclared_name");
                });
        assertThat(LiveObjects.describe()).isEqualTo(before);
      }
    }
  }

  @Test
  void a_kernel_that_the_program_does_not_hold_is_named() {
    try (Context context = Context.open(TestDevice.get())) {
      assertThatThrownBy(() -> context.kernel(SIMPLE, "absent"))
          .isInstanceOfSatisfying(
              OpenClException.class, e -> assertThat(e.kind()).isEqualTo(Kind.SETUP))
          .hasMessageContaining("No kernel absent in simple.cl");
    }
  }

  @Test
  void more_than_the_device_allows_is_refused_before_the_driver_is_asked() {
    Device small = Devices.withMaxAllocation(TestDevice.get(), 1000);
    try (Context context = Context.open(small)) {
      context.allocate(1000).close();
      assertThatThrownBy(() -> context.allocate(1001))
          .isInstanceOfSatisfying(
              OpenClException.class, e -> assertThat(e.kind()).isEqualTo(Kind.SETUP))
          .hasMessageContaining("at most 1,000 bytes; 1,001 are needed");
    }
    try (Context context = Context.open(TestDevice.get())) {
      assertThatThrownBy(() -> context.allocate(TestDevice.get().maxAllocation() + 1))
          .isInstanceOf(OpenClException.class);
      assertThatThrownBy(() -> context.allocate(0))
          .isInstanceOf(OpenClException.class)
          .hasMessageContaining("0 bytes");
      assertThat(LiveObjects.describe()).doesNotContain("BUFFER");
    }
  }

  @Test
  void use_after_close_throws_instead_of_crashing() {
    Context context = Context.open(TestDevice.get());
    DeviceBuffer buffer = context.allocate(64);
    Kernel kernel = context.kernel(SIMPLE, "ramp");
    buffer.close();
    assertThatThrownBy(() -> kernel.launch(Range.of(1, 1), buffer, 1f, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("buffer of 64 bytes was used after close");
    context.close();
    context.close();
    assertThatThrownBy(() -> kernel.launch(Range.of(1, 1), 1f))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("used after close");
    assertThatThrownBy(() -> context.kernel(SIMPLE, "ramp"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> context.allocate(4)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(context::finish).isInstanceOf(IllegalStateException.class);
    assertThat(LiveObjects.count()).isZero();
  }

  @Test
  void device_times_are_summed_and_their_events_released() {
    try (Context context = Context.open(TestDevice.get());
        DeviceBuffer x = context.allocate(1024 * Float.BYTES)) {
      Kernel ramp = context.kernel(SIMPLE, "ramp");
      long nanos =
          context.deviceNanos(
              () -> {
                ramp.launch(Range.of(1024, 4), x, 0.5f, 0);
                ramp.launch(Range.of(1024, 4), x, 0.25f, 0);
                x.readFloats(1, 0);
                assertThat(LiveObjects.describe()).contains("3 EVENT");
              });
      assertThat(nanos).isNotNegative();
      assertThat(LiveObjects.describe()).doesNotContain("EVENT");
      assertThat(context.deviceNanos(() -> {})).isZero();

      assertThatThrownBy(
              () ->
                  context.deviceNanos(
                      () -> {
                        ramp.launch(Range.of(1024, 4), x, 1f, 0);
                        throw new UnsupportedOperationException("in the middle");
                      }))
          .hasMessage("in the middle");
      assertThat(LiveObjects.describe()).doesNotContain("EVENT");
      assertThatThrownBy(() -> context.deviceNanos(() -> context.deviceNanos(() -> {})))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void live_objects_are_counted_by_kind_until_they_are_released() {
    assertThat(LiveObjects.count()).isZero();
    assertThat(LiveObjects.describe()).isEmpty();
    try (Context context = Context.open(TestDevice.get());
        DeviceBuffer one = context.allocate(4);
        DeviceBuffer two = context.allocate(4)) {
      assertThat(one).isNotSameAs(two);
      int queues = TestDevice.get().inline().isPresent() ? 2 : 1;
      assertThat(LiveObjects.describe())
          .isEqualTo("1 CONTEXT, %d QUEUE, 2 BUFFER".formatted(queues));
      assertThat(LiveObjects.count()).isEqualTo(3 + queues);
    }
    assertThat(LiveObjects.count()).isZero();
  }
}
