package org.prunecl.opencl;

import java.util.Optional;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.Sizeof;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/**
 * An OpenCL device and what it states about itself.
 *
 * @param platformIndex index of its platform, as {@code clinfo -l} counts
 * @param deviceIndex index within the platform, as {@code clinfo -l} counts; an inline partner
 *     comes last
 * @param platform the platform's name
 * @param name the device's name
 * @param type the preferred one of its types
 * @param driver the driver's version
 * @param version the OpenCL version of the device, as {@code "OpenCL 3.0 ..."}
 * @param languageVersion the OpenCL C version, as {@code "1.2"}
 * @param computeUnits parallel compute units
 * @param globalMemory bytes of global memory
 * @param maxAllocation bytes of the largest single buffer
 * @param localMemory bytes of local memory per work-group
 * @param maxWorkGroupSize work-items per work-group
 * @param handle the driver's own identifiers, and the inline partner
 */
public record Device(
    int platformIndex,
    int deviceIndex,
    String platform,
    String name,
    DeviceType type,
    String driver,
    String version,
    String languageVersion,
    int computeUnits,
    long globalMemory,
    long maxAllocation,
    long localMemory,
    long maxWorkGroupSize,
    Handle handle) {

  /** The driver's identifiers of a device and its partner, opaque outside this package. */
  public static final class Handle {
    final cl_platform_id platform;
    final cl_device_id device;
    final Device inline;

    Handle(cl_platform_id platform, cl_device_id device, Device inline) {
      this.platform = platform;
      this.device = device;
      this.inline = inline;
    }
  }

  /**
   * The same processor as a device that runs commands in the thread that enqueues them: a launch
   * wakes no other thread, and has one core. PoCL has it where {@code POCL_DEVICES} names both its
   * drivers.
   */
  public Optional<Device> inline() {
    return handle == null ? Optional.empty() : Optional.ofNullable(handle.inline);
  }

  /** Bytes of the cache before global memory, the last-level one, as the driver states; else 0. */
  public long globalMemoryCache() {
    return Platforms.number(handle.device, CL.CL_DEVICE_GLOBAL_MEM_CACHE_SIZE, Sizeof.cl_long);
  }

  /**
   * Whether host and device work on the same memory at the same addresses, buffer by buffer: a
   * processor that says that it has fine-grained shared buffers. Of other devices that have them
   * such memory may lie with the host, behind a bus.
   */
  public boolean sharesMemory() {
    if (type != DeviceType.CPU || version.startsWith("OpenCL 1.")) {
      return false;
    }
    try {
      long has = Platforms.number(handle.device, CL.CL_DEVICE_SVM_CAPABILITIES, Sizeof.cl_long);
      return (has & CL.CL_DEVICE_SVM_FINE_GRAIN_BUFFER) != 0;
    } catch (CLException e) {
      return false;
    }
  }

  /** The indices as {@code --device} takes them: {@code "0:1"}. */
  public String indices() {
    return platformIndex + ":" + deviceIndex;
  }

  /** One line for people: {@code "0:0 NAME (PLATFORM, cpu)"}. */
  public String describe() {
    return indices() + " " + name + " (" + platform + ", " + type.label() + ")";
  }
}
