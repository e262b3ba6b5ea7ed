package org.prunecl.cli;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.prunecl.lab.DeviceInfo;
import org.prunecl.lab.DeviceSession;
import org.prunecl.lab.LabException;
import org.prunecl.lab.RunInfo;
import org.prunecl.lab.Workload;
import org.prunecl.opencl.Device;
import org.prunecl.opencl.DeviceChoice;
import org.prunecl.opencl.Platform;
import org.prunecl.opencl.Platforms;
import org.prunecl.ops.Backend;
import picocli.CommandLine.Option;

/** Which device to use. */
final class DeviceOptions {
  @Option(
      names = "--device",
      paramLabel = "P:D|TYPE|NAME",
      description =
          "Device: indices as `prunecl devices` prints them, gpu, accelerator, cpu, or a part of"
              + " the name. Default: $PRUNECL_DEVICE, else the first GPU, accelerator or CPU.")
  private String device;

  /** The choice among the devices of these platforms. */
  DeviceChoice choice(List<Platform> platforms) {
    return DeviceChoice.among(platforms, device, System.getenv("PRUNECL_DEVICE"));
  }

  /** Opens the device for a job and says which one it is and why. */
  DeviceSession open(Workload workload, CommonOptions common) {
    return open(workload, common, false);
  }

  /**
   * The same.
   *
   * @param tuned whether with the parameters that the user has tuned for the device
   */
  DeviceSession open(Workload workload, CommonOptions common, boolean tuned) {
    return open(backend -> {}, () -> workload, common, tuned);
  }

  /**
   * Likewise for a job that is still being made ready.
   *
   * @param meanwhile builds kernels that the job will need
   */
  DeviceSession open(
      Consumer<Backend> meanwhile,
      Supplier<Workload> workload,
      CommonOptions common,
      boolean tuned) {
    return open(choice(Platforms.list()), meanwhile, workload, common, tuned);
  }

  /**
   * Likewise for a job that may have been begun before.
   *
   * @param begun how it was begun, or null
   * @throws LabException when the device that it was begun on is not here, or another one is named
   */
  DeviceSession open(
      RunInfo begun,
      Consumer<Backend> meanwhile,
      Supplier<Workload> workload,
      CommonOptions common,
      boolean tuned) {
    if (begun == null) {
      return open(meanwhile, workload, common, tuned);
    }
    DeviceInfo same = begun.device();
    List<Platform> platforms = Platforms.list();
    List<Device> devices =
        device == null
            ? platforms.stream().flatMap(platform -> platform.devices().stream()).toList()
            : choice(platforms).candidates().subList(0, 1);
    Device found =
        devices.stream()
            .filter(one -> DeviceInfo.of(one).equals(same))
            .findFirst()
            .orElseThrow(() -> otherDevice(same, devices));
    DeviceChoice choice = new DeviceChoice(List.of(found), true, "the run was begun on it");
    return open(choice, meanwhile, workload, common, tuned || !begun.tuned().isEmpty());
  }

  private static LabException otherDevice(DeviceInfo same, List<Device> devices) {
    String here =
        devices.stream()
            .map(one -> one.name() + " with driver " + one.driver())
            .collect(Collectors.joining(", "));
    return LabException.input(
        "The run was begun on %s with driver %s (%s), not on %s."
            .formatted(
                same.name(), same.driver(), same.platform(), here.isEmpty() ? "nothing" : here),
        "Resume it there, or begin another run.");
  }

  private static DeviceSession open(
      DeviceChoice choice,
      Consumer<Backend> meanwhile,
      Supplier<Workload> workload,
      CommonOptions common,
      boolean tuned) {
    DeviceSession session = DeviceSession.open(choice, meanwhile, workload, common::warn, tuned);
    common.say("Device: " + session.backend().device().describe() + " - " + session.reason());
    return session;
  }
}
