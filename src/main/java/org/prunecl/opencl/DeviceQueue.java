package org.prunecl.opencl;

import static org.jocl.CL.*;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jocl.CLException;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_queue_properties;

/**
 * An in-order profiling queue of a context, with the programs and kernels built for its device.
 * Owns them, not the context.
 */
final class DeviceQueue {
  private final Context owner;
  private final Device device;
  private final cl_command_queue handle;
  private final Programs programs;
  private final Map<KernelSource, Map<String, Kernel>> kernels = new HashMap<>();

  /** Opens a queue; throws what JOCL throws. */
  DeviceQueue(Context owner, cl_context context, Device device, ProgramCache cache) {
    this.owner = owner;
    this.device = device;
    this.handle = create(device, context);
    LiveObjects.created(LiveObjects.Kind.QUEUE);
    this.programs = new Programs(device, context, cache);
  }

  @SuppressWarnings("deprecation") // the only call that OpenCL 1.x drivers know
  private static cl_command_queue create(Device device, cl_context context) {
    if (device.version().startsWith("OpenCL 1.")) {
      return clCreateCommandQueue(context, device.handle().device, CL_QUEUE_PROFILING_ENABLE, null);
    }
    cl_queue_properties properties = new cl_queue_properties();
    properties.addProperty(CL_QUEUE_PROPERTIES, CL_QUEUE_PROFILING_ENABLE);
    return clCreateCommandQueueWithProperties(context, device.handle().device, properties, null);
  }

  cl_command_queue handle() {
    return handle;
  }

  /** The kernel of that name, built when first asked for; see {@link Context#kernel}. */
  Kernel kernel(KernelSource source, String name) {
    return kernels
        .computeIfAbsent(source, key -> new HashMap<>())
        .computeIfAbsent(
            name,
            key -> {
              try {
                return new Kernel(
                    owner, this, name, clCreateKernel(programs.get(source), name, null));
              } catch (CLException e) {
                throw OpenClException.unusable(
                    "No kernel " + name + " in " + source.file() + ": " + e.getMessage(), e);
              }
            });
  }

  Set<KernelSource> sources() {
    return kernels.keySet();
  }

  /** How many programs came from the program cache. */
  int cachedPrograms() {
    return programs.cached();
  }

  /** Waits until everything enqueued has run. */
  void finish() {
    try {
      clFinish(handle);
    } catch (CLException e) {
      throw OpenClException.failed("Waiting for the device", device, e);
    }
  }

  /** Waits and releases everything. */
  void release() {
    try {
      clFinish(handle);
    } finally {
      for (Map<String, Kernel> byName : kernels.values()) {
        byName.values().forEach(Kernel::release);
      }
      programs.release();
      clReleaseCommandQueue(handle);
      LiveObjects.released(LiveObjects.Kind.QUEUE);
    }
  }
}
