package org.prunecl.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.prunecl.testing.OpenClTest;

@OpenClTest
final class PlatformsTest {
  private static final Pattern CLINFO = Pattern.compile("(Platform|Device) #(\\d+): (.*)");

  @Test
  void platforms_and_devices_are_those_of_clinfo_in_the_same_order() throws IOException {
    Process clinfo = new ProcessBuilder("clinfo", "-l").start();
    String listing = new String(clinfo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    List<String> expected = new ArrayList<>();
    Matcher line = CLINFO.matcher(listing);
    while (line.find()) {
      expected.add(line.group(1) + " " + line.group(2) + " " + line.group(3).strip());
    }
    List<String> found = new ArrayList<>();
    for (Platform platform : Platforms.list()) {
      found.add("Platform " + platform.index() + " " + platform.name());
      for (Device device : platform.devices()) {
        assertThat(device.platformIndex()).isEqualTo(platform.index());
        assertThat(device.platform()).isEqualTo(platform.name());
        found.add("Device " + device.deviceIndex() + " " + device.name());
      }
    }
    assertThat(found).isNotEmpty().isEqualTo(expected);
  }

  @Test
  void what_a_device_states_about_itself_is_plausible() {
    List<Device> devices =
        Platforms.list().stream().flatMap(platform -> platform.devices().stream()).toList();
    assertThat(devices)
        .isNotEmpty()
        .allSatisfy(
            device -> {
              assertThat(device.name()).isNotBlank();
              assertThat(device.driver()).isNotBlank();
              assertThat(device.version()).startsWith("OpenCL ");
              assertThat(device.languageVersion()).matches("\\d\\.\\d");
              assertThat(device.computeUnits()).isBetween(1, 100_000);
              assertThat(device.maxWorkGroupSize()).isPositive();
              assertThat(device.globalMemoryCache()).isBetween(0L, 1L << 40);
              assertThat(device.localMemory()).isPositive();
              assertThat(device.maxAllocation()).isBetween(1L << 20, device.globalMemory());
              assertThat(device.describe())
                  .startsWith(device.platformIndex() + ":" + device.deviceIndex() + " ")
                  .endsWith(", " + device.type().label() + ")");
            });
  }

  @Test
  void the_preferred_one_of_several_types_counts() {
    assertThat(DeviceType.ofBits(2)).isEqualTo(DeviceType.CPU);
    assertThat(DeviceType.ofBits(4)).isEqualTo(DeviceType.GPU);
    assertThat(DeviceType.ofBits(8)).isEqualTo(DeviceType.ACCELERATOR);
    assertThat(DeviceType.ofBits(2 | 4 | 8)).isEqualTo(DeviceType.GPU);
    assertThat(DeviceType.ofBits(1 | 2)).isEqualTo(DeviceType.CPU);
    assertThat(DeviceType.ofBits(16)).isEqualTo(DeviceType.CUSTOM);
    assertThat(DeviceType.ofBits(1)).isEqualTo(DeviceType.CUSTOM);
  }
}
