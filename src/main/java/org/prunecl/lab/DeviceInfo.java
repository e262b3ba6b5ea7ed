package org.prunecl.lab;

import org.prunecl.opencl.Device;

/**
 * The OpenCL device a result was measured on.
 *
 * @param platform the platform's name
 * @param name the device's name
 * @param driver the driver's version
 * @param type {@code gpu}, {@code accelerator} or {@code cpu}
 * @param computeUnits how many compute units the device states
 */
public record DeviceInfo(
    String platform, String name, String driver, String type, int computeUnits) {
  /** What results record of a device. */
  public static DeviceInfo of(Device device) {
    return new DeviceInfo(
        device.platform(),
        device.name(),
        device.driver(),
        device.type().label(),
        device.computeUnits());
  }
}
