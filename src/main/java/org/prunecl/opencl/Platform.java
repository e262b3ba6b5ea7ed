package org.prunecl.opencl;

import java.util.List;

/**
 * An OpenCL platform; it may have no device.
 *
 * @param index as {@code clinfo -l} counts
 * @param name the platform's name
 * @param vendor its vendor
 * @param version its OpenCL version
 * @param devices its devices, possibly none
 */
public record Platform(
    int index, String name, String vendor, String version, List<Device> devices) {
  /** Makes the list unmodifiable. */
  public Platform {
    devices = List.copyOf(devices);
  }
}
