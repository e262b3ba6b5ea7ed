package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.prunecl.opencl.Device;
import org.prunecl.opencl.DeviceChoice;
import org.prunecl.opencl.Devices;
import org.prunecl.opencl.LiveObjects;
import org.prunecl.opencl.OpenClException;
import org.prunecl.ops.Backend;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

/** Falling back from devices that fail at each of opening, building and memory. */
@OpenClTest
final class DeviceSessionTest {
  private static final Workload SMALL =
      new Workload(4096, 1024, DeviceSessionTest::failsToBuildOnSome);

  private final List<String> warnings = new ArrayList<>();
  private final List<String> opened = new ArrayList<>();

  private static Device device(String name) {
    return Devices.withMemory(
        TestDevice.get(),
        name,
        name.contains("little memory") ? 1000 : TestDevice.get().globalMemory());
  }

  private static void failsToBuildOnSome(Backend backend) {
    if (backend.device().name().contains("no kernel")) {
      throw OpenClException.unusable("adam.cl does not build", null);
    }
  }

  private Backend open(Device device) {
    opened.add(device.name());
    if (device.name().contains("no context")) {
      throw OpenClException.unusable("No OpenCL context on " + device.name(), null);
    }
    return Backend.open(device);
  }

  private DeviceSession open(boolean named, Workload workload, String... names) {
    List<Device> candidates = Stream.of(names).map(DeviceSessionTest::device).toList();
    return DeviceSession.open(
        new DeviceChoice(candidates, named, "the first"),
        backend -> {},
        () -> workload,
        warnings::add,
        this::open);
  }

  @Test
  void the_first_device_that_works_is_taken_without_a_word() {
    try (DeviceSession session = open(false, SMALL, "good", "better")) {
      assertThat(session.backend().device().name()).isEqualTo("good");
      assertThat(session.reason()).isEqualTo("the first");
      assertThat(session.info().name()).isEqualTo("good");
      assertThat(session.info().computeUnits()).isEqualTo(TestDevice.get().computeUnits());
    }
    assertThat(warnings).isEmpty();
    assertThat(opened).containsExactly("good");
    assertThat(LiveObjects.count()).isZero();
  }

  @Test
  void a_device_that_fails_anywhere_is_passed_over_with_a_warning_that_says_why() {
    for (String[] bad :
        new String[][] {
          {"no context", "No OpenCL context on no context"},
          {"no kernel", "adam.cl does not build"},
          {"little memory", "little memory has 0 MiB of memory; 1 MiB are needed"}
        }) {
      warnings.clear();
      try (DeviceSession session = open(false, SMALL, bad[0], "good")) {
        assertThat(session.backend().device().name()).isEqualTo("good");
        assertThat(session.reason()).isEqualTo("fallback, since " + bad[0] + " can't be used");
      }
      assertThat(warnings).hasSize(2);
      assertThat(warnings.get(0)).contains(bad[0] + " can't be used: ").contains(bad[1]);
      assertThat(warnings.get(1)).isEqualTo("falling back to " + device("good").describe());
      assertThat(LiveObjects.count()).as(bad[0]).isZero();
    }
  }

  @Test
  void several_devices_are_tried_in_turn() {
    open(false, SMALL, "no context", "no kernel", "little memory", "good").close();
    assertThat(opened).containsExactly("no context", "no kernel", "little memory", "good");
    assertThat(warnings).hasSize(6);
  }

  @Test
  void a_device_that_was_named_is_never_replaced() {
    for (String bad : List.of("no context", "no kernel", "little memory")) {
      opened.clear();
      assertThatThrownBy(() -> open(true, SMALL, bad, "good")).isInstanceOf(OpenClException.class);
      assertThat(opened).containsExactly(bad);
      assertThat(LiveObjects.count()).as(bad).isZero();
    }
    assertThat(warnings).isEmpty();
  }

  @Test
  void the_last_failure_is_thrown_when_none_works() {
    assertThatThrownBy(() -> open(false, SMALL, "no context", "no kernel"))
        .isInstanceOf(OpenClException.class)
        .hasMessage("adam.cl does not build");
    assertThat(warnings).hasSize(2);
    assertThat(LiveObjects.count()).isZero();
  }

  @Test
  void an_error_that_is_not_the_devices_is_not_hidden_by_a_fallback() {
    Workload broken =
        new Workload(
            1,
            1,
            backend -> {
              throw new IllegalStateException("a bug");
            });
    assertThatThrownBy(() -> open(false, broken, "good", "better"))
        .isInstanceOf(IllegalStateException.class);
    assertThat(opened).containsExactly("good");
    assertThat(LiveObjects.count()).isZero();
  }

  @Test
  void kernels_are_built_before_the_job_is_asked_for_and_its_failure_leaves_nothing() {
    List<String> order = new ArrayList<>();
    assertThatThrownBy(
            () ->
                DeviceSession.open(
                    new DeviceChoice(List.of(device("good"), device("better")), false, "the first"),
                    backend -> order.add("kernels"),
                    () -> {
                      order.add("job");
                      throw LabException.input("no such dataset", "name another");
                    },
                    warnings::add,
                    this::open))
        .isInstanceOf(LabException.class)
        .hasMessage("no such dataset");
    assertThat(order).containsExactly("kernels", "job");
    assertThat(opened).containsExactly("good");
    assertThat(warnings).isEmpty();
    assertThat(LiveObjects.count()).isZero();
  }

  @Test
  void two_jobs_in_turn_need_the_larger_of_each_and_the_kernels_of_both() {
    List<String> prepared = new ArrayList<>();
    Workload one = new Workload(100, 40, backend -> prepared.add("one"));
    Workload two = new Workload(70, 60, backend -> prepared.add("two"));
    Workload both = one.and(two);
    assertThat(Arrays.asList(both.bytes(), both.largest())).containsExactly(100L, 60L);
    open(false, both, "good").close();
    assertThat(prepared).containsExactly("one", "two");
  }
}
