package org.prunecl.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.PruneClException.Kind;

final class DeviceChoiceTest {
  /** A machine with everything: two CPUs, an accelerator, two GPUs, an empty platform. */
  private static final List<Platform> PLATFORMS =
      List.of(
          platform(0, "Portable Computing", device(0, 0, "pthread-haswell", DeviceType.CPU)),
          platform(1, "Clover"),
          platform(
              2,
              "Vendor OpenCL",
              device(2, 0, "Vendor Xeon", DeviceType.CPU),
              device(2, 1, "Vendor Arria", DeviceType.ACCELERATOR),
              device(2, 2, "Vendor Arc A770", DeviceType.GPU)),
          platform(3, "Gpu Works", device(3, 0, "Radiant 9000", DeviceType.GPU)));

  private static Platform platform(int index, String name, Device... devices) {
    return new Platform(index, name, "vendor", "OpenCL 3.0", named(name, devices));
  }

  private static List<Device> named(String platform, Device... devices) {
    return List.of(devices).stream()
        .map(d -> device(d.platformIndex(), d.deviceIndex(), platform, d.name(), d.type()))
        .toList();
  }

  private static Device device(int platform, int index, String name, DeviceType type) {
    return device(platform, index, "", name, type);
  }

  private static Device device(
      int platform, int index, String platformName, String name, DeviceType type) {
    return new Device(
        platform,
        index,
        platformName,
        name,
        type,
        "1.0",
        "OpenCL 3.0",
        "1.2",
        4,
        1L << 30,
        1L << 28,
        1 << 15,
        1024,
        null);
  }

  @Test
  void without_a_wish_gpus_come_first_then_accelerators_then_cpus() {
    DeviceChoice choice = DeviceChoice.among(PLATFORMS, null, null);
    assertThat(choice.candidates())
        .extracting(Device::indices)
        .containsExactly("2:2", "3:0", "2:1", "0:0", "2:0");
    assertThat(choice.preferred().name()).isEqualTo("Vendor Arc A770");
    assertThat(choice.named()).isFalse();
    assertThat(choice.reason())
        .isEqualTo("the first of 2 of type gpu; preferred in the order gpu, accelerator, cpu");
  }

  @Test
  void the_only_one_of_the_preferred_type_is_said_to_be_so() {
    assertThat(DeviceChoice.among(PLATFORMS.subList(0, 3), null, null).reason())
        .isEqualTo("the only gpu; preferred in the order gpu, accelerator, cpu");
    DeviceChoice single = DeviceChoice.among(PLATFORMS.subList(0, 2), null, null);
    assertThat(single.preferred().indices()).isEqualTo("0:0");
    assertThat(single.reason()).isEqualTo("the only device");
  }

  @ParameterizedTest
  @CsvSource({
    "0:0, 0:0", "2:1, 2:1", "3:0, 3:0", "' 2:0 ', 2:0",
    "gpu, 2:2", "GPU, 2:2", "accelerator, 2:1", "cpu, 0:0",
    "radiant, 3:0", "ARRIA, 2:1", "xeon, 2:0", "haswell, 0:0",
    "gpu works, 3:0", "portable, 0:0", "vendor opencl, 2:2"
  })
  void a_wish_is_indices_a_type_or_a_part_of_a_name(String wish, String expected) {
    DeviceChoice byOption = DeviceChoice.among(PLATFORMS, wish, "2:0");
    assertThat(byOption.candidates()).extracting(Device::indices).containsExactly(expected);
    assertThat(byOption.named()).isTrue();
    assertThat(byOption.reason()).startsWith("--device " + wish.strip());

    DeviceChoice byEnvironment = DeviceChoice.among(PLATFORMS, null, wish);
    assertThat(byEnvironment.candidates()).extracting(Device::indices).containsExactly(expected);
    assertThat(byEnvironment.named()).isTrue();
    assertThat(byEnvironment.reason()).startsWith("PRUNECL_DEVICE " + wish.strip());
  }

  @Test
  void the_name_of_a_device_counts_for_more_than_that_of_its_platform() {
    List<Platform> platforms =
        List.of(
            platform(0, "Radiant Platform", device(0, 0, "Some GPU", DeviceType.GPU)),
            platform(1, "Other", device(1, 0, "Radiant CPU", DeviceType.CPU)));
    DeviceChoice choice = DeviceChoice.among(platforms, "radiant", null);
    assertThat(choice.preferred().indices()).isEqualTo("1:0");
    assertThat(choice.reason()).isEqualTo("--device radiant, the first of 2 that match");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t"})
  void a_blank_environment_is_no_wish(String blank) {
    DeviceChoice choice = DeviceChoice.among(PLATFORMS, null, blank);
    assertThat(choice.named()).isFalse();
    assertThat(choice.candidates()).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9:9", "1:0", "custom", "no such name", ""})
  void a_wish_that_fits_nothing_is_refused_with_the_list(String wish) {
    assertThatThrownBy(() -> DeviceChoice.among(PLATFORMS, wish, "cpu"))
        .isInstanceOfSatisfying(
            OpenClException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.SETUP);
              assertThat(e).hasMessage("--device " + wish + " matches no OpenCL device.");
              assertThat(e.remedy())
                  .contains(
                      "0:0 pthread-haswell (Portable Computing, cpu)",
                      "2:2 Vendor Arc A770 (Vendor OpenCL, gpu)",
                      "3:0 Radiant 9000 (Gpu Works, gpu)",
                      "a type (gpu, accelerator, cpu)")
                  .doesNotContain("\n");
            });
  }

  @Test
  void a_wish_from_the_environment_that_fits_nothing_names_the_variable() {
    assertThatThrownBy(() -> DeviceChoice.among(PLATFORMS, null, "absent"))
        .isInstanceOf(OpenClException.class)
        .hasMessage("PRUNECL_DEVICE absent matches no OpenCL device.");
  }

  @Test
  void without_any_device_the_remedy_says_what_to_install() {
    for (List<Platform> none : List.of(List.<Platform>of(), PLATFORMS.subList(1, 2))) {
      assertThatThrownBy(() -> DeviceChoice.among(none, null, null))
          .isInstanceOfSatisfying(
              OpenClException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(Kind.SETUP);
                assertThat(e).hasMessage("No OpenCL device was found.");
                assertThat(e.remedy()).isEqualTo(Platforms.installHint());
              });
    }
  }

  @Test
  void custom_devices_are_left_alone() {
    List<Platform> platforms =
        List.of(platform(0, "P", device(0, 0, "Fixed function", DeviceType.CUSTOM)));
    assertThatThrownBy(() -> DeviceChoice.among(platforms, null, null))
        .isInstanceOf(OpenClException.class);
  }
}
