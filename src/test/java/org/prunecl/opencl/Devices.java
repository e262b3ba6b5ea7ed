package org.prunecl.opencl;

/** Real devices that claim to be other than they are. */
public final class Devices {
  private Devices() {}

  /** The device, stating another OpenCL C version. */
  public static Device withLanguage(Device device, String languageVersion) {
    return copy(
        device, device.name(), languageVersion, device.globalMemory(), device.maxAllocation());
  }

  /** The device, stating another limit of a single buffer. */
  public static Device withMaxAllocation(Device device, long bytes) {
    return copy(device, device.name(), device.languageVersion(), device.globalMemory(), bytes);
  }

  /** The device, stating another name and another size of its memory. */
  public static Device withMemory(Device device, String name, long bytes) {
    return copy(device, name, device.languageVersion(), bytes, device.maxAllocation());
  }

  private static Device copy(
      Device device, String name, String languageVersion, long globalMemory, long maxAllocation) {
    return new Device(
        device.platformIndex(),
        device.deviceIndex(),
        device.platform(),
        name,
        device.type(),
        device.driver(),
        device.version(),
        languageVersion,
        device.computeUnits(),
        globalMemory,
        maxAllocation,
        device.localMemory(),
        device.maxWorkGroupSize(),
        device.handle());
  }
}
