package org.prunecl.opencl;

/** Real devices that claim to be other than they are. */
public final class Devices {
  private Devices() {}

  /** The device, stating another OpenCL C version. */
  public static Device withLanguage(Device device, String languageVersion) {
    return copy(device, languageVersion, device.maxAllocation());
  }

  /** The device, stating another limit of a single buffer. */
  public static Device withMaxAllocation(Device device, long bytes) {
    return copy(device, device.languageVersion(), bytes);
  }

  private static Device copy(Device device, String languageVersion, long maxAllocation) {
    return new Device(
        device.platformIndex(),
        device.deviceIndex(),
        device.platform(),
        device.name(),
        device.type(),
        device.driver(),
        device.version(),
        languageVersion,
        device.computeUnits(),
        device.globalMemory(),
        maxAllocation,
        device.localMemory(),
        device.maxWorkGroupSize(),
        device.handle());
  }
}
