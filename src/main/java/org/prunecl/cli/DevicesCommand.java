package org.prunecl.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.concurrent.Callable;
import org.prunecl.opencl.Device;
import org.prunecl.opencl.DeviceChoice;
import org.prunecl.opencl.OpenClException;
import org.prunecl.opencl.Platform;
import org.prunecl.opencl.Platforms;
import org.prunecl.report.ResultsJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists every platform and device, and says which one would be used. */
@Command(
    name = "devices",
    description = "Lists OpenCL platforms and devices, and which one would be used and why.")
final class DevicesCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;

  @Mixin private DeviceOptions devices;

  record DeviceEntry(
      String device,
      String name,
      String type,
      String driver,
      String version,
      String language,
      int computeUnits,
      long globalMemory,
      long maxAllocation,
      long localMemory,
      long maxWorkGroup,
      @JsonInclude(JsonInclude.Include.NON_NULL) String inline) {
    static DeviceEntry of(Device d) {
      return new DeviceEntry(
          d.indices(),
          d.name(),
          d.type().label(),
          d.driver(),
          d.version(),
          "OpenCL C " + d.languageVersion(),
          d.computeUnits(),
          d.globalMemory(),
          d.maxAllocation(),
          d.localMemory(),
          d.maxWorkGroupSize(),
          d.inline().map(Device::indices).orElse(null));
    }
  }

  record PlatformEntry(
      int index, String name, String vendor, String version, List<DeviceEntry> devices) {
    static PlatformEntry of(Platform p) {
      return new PlatformEntry(
          p.index(),
          p.name(),
          p.vendor(),
          p.version(),
          p.devices().stream().map(DeviceEntry::of).toList());
    }
  }

  record Listing(int schema, List<PlatformEntry> platforms, String selected, String reason) {}

  @Override
  public Integer call() {
    List<Platform> platforms = Platforms.list();
    List<PlatformEntry> entries = platforms.stream().map(PlatformEntry::of).toList();
    try {
      DeviceChoice choice = devices.choice(platforms);
      print(entries, choice.preferred().indices(), choice.reason());
      return 0;
    } catch (OpenClException e) {
      // What is there is shown all the same: it says what went wrong.
      print(entries, null, null);
      throw e;
    }
  }

  private void print(List<PlatformEntry> platforms, String selected, String reason) {
    if (common.json()) {
      common.print(ResultsJson.text(new Listing(1, platforms, selected, reason)));
      return;
    }
    StringBuilder text = new StringBuilder();
    for (PlatformEntry platform : platforms) {
      text.append(
          "Platform #%d: %s (%s)%n".formatted(platform.index, platform.name, platform.version));
      if (platform.devices.isEmpty()) {
        text.append("    no devices%n".formatted());
      }
      for (DeviceEntry entry : platform.devices) {
        text.append(
            "  %s %s: %s%n"
                .formatted(entry.device.equals(selected) ? "*" : " ", entry.device, entry.name));
        text.append(
            "         %s, %d compute units, %,d MiB, %s, driver %s%n"
                .formatted(
                    entry.type,
                    entry.computeUnits,
                    entry.globalMemory >> 20,
                    entry.language,
                    entry.driver));
        if (entry.inline != null) {
          text.append(
              "         leaves short launches to %s, which runs in the calling thread%n"
                  .formatted(entry.inline));
        }
      }
    }
    if (selected != null) {
      text.append("Would use %s: %s%n".formatted(selected, reason));
    }
    common.print(text.toString());
  }
}
