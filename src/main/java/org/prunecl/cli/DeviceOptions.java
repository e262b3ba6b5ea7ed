package org.prunecl.cli;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.prunecl.lab.DeviceSession;
import org.prunecl.lab.Workload;
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
    DeviceSession session =
        DeviceSession.open(choice(Platforms.list()), meanwhile, workload, common::warn, tuned);
    common.say("Device: " + session.backend().device().describe() + " - " + session.reason());
    return session;
  }
}
