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

  /** The device, stating another platform. */
  public static Device onPlatform(Device device, String platform) {
    return copy(
        device,
        platform,
        device.name(),
        device.driver(),
        device.languageVersion(),
        device.globalMemory(),
        device.maxAllocation());
  }

  /** The device, stating another version of its driver. */
  public static Device withDriver(Device device, String driver) {
    return copy(
        device,
        device.platform(),
        device.name(),
        driver,
        device.languageVersion(),
        device.globalMemory(),
        device.maxAllocation());
  }

  private static Device copy(
      Device device, String name, String languageVersion, long globalMemory, long maxAllocation) {
    return copy(
        device,
        device.platform(),
        name,
        device.driver(),
        languageVersion,
        globalMemory,
        maxAllocation);
  }

  private static Device copy(
      Device device,
      String platform,
      String name,
      String driver,
      String languageVersion,
      long globalMemory,
      long maxAllocation) {
    return new Device(
        device.platformIndex(),
        device.deviceIndex(),
        platform,
        name,
        device.type(),
        driver,
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
