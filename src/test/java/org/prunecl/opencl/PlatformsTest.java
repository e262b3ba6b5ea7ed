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
  void platforms_and_devices_are_those_of_clinfo_in_the_same_order_but_that_inline_ones_come_last()
      throws IOException {
    Process clinfo = new ProcessBuilder("clinfo", "-l").start();
    String listing = new String(clinfo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    List<String> platforms = new ArrayList<>();
    List<List<String>> devices = new ArrayList<>();
    Matcher line = CLINFO.matcher(listing);
    while (line.find()) {
      if (line.group(1).equals("Platform")) {
        platforms.add(line.group(2) + " " + line.group(3).strip());
        devices.add(new ArrayList<>());
      } else {
        devices.get(devices.size() - 1).add(line.group(3).strip());
      }
    }
    assertThat(Platforms.list())
        .isNotEmpty()
        .extracting(platform -> platform.index() + " " + platform.name())
        .isEqualTo(platforms);
    for (Platform platform : Platforms.list()) {
      List<String> expected = devices.get(platform.index());
      for (int d = 0; d < platform.devices().size(); d++) {
        Device device = platform.devices().get(d);
        assertThat(device.platformIndex()).isEqualTo(platform.index());
        assertThat(device.platform()).isEqualTo(platform.name());
        assertThat(device.deviceIndex()).isEqualTo(d);
        device
            .inline()
            .ifPresent(
                inline -> {
                  expected.remove(inline.name());
                  expected.add(inline.name());
                });
      }
      assertThat(platform.devices()).extracting(Device::name).isEqualTo(expected);
    }
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
