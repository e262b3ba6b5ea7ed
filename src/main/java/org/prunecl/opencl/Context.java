package org.prunecl.opencl;

import static org.jocl.CL.*;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jocl.CLException;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_event;
import org.jocl.cl_mem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A context on one device with an in-order profiling queue and the programs built for it; and on
 * its {@link Device#inline() inline} partner, where it has one, with a queue for short launches.
 *
 * <p>Owns the queues, programs and kernels; buffers belong to whoever allocated them and must be
 * closed first. Not for use by two threads at once.
 */
public final class Context implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Context.class);

  private final Device device;
  private final List<cl_event> collected = new ArrayList<>();
  private final DeviceQueue main;
  private final DeviceQueue inline;
  private cl_context context;
  private boolean collecting;

  /** Whether something enqueued may still be to run; what ran inline has run. */
  private boolean pending;

  private Context(Device device, cl_context context, ProgramCache cache) {
    this.device = device;
    this.context = context;
    this.main = new DeviceQueue(this, context, device, cache);
    this.inline = device.inline().map(partner -> partnerQueue(partner, cache)).orElse(null);
  }

  /** Null when it can't be had: the device does without. */
  private DeviceQueue partnerQueue(Device partner, ProgramCache cache) {
    try {
      return new DeviceQueue(this, context, partner, cache);
    } catch (CLException | UnsupportedOperationException e) {
      LOG.warn("Short launches run on {}: {}", device.name(), e.getMessage());
      return null;
    }
  }

  /**
   * Opens a context on the device.
   *
   * @throws OpenClException when the device can't be used
   */
  public static Context open(Device device) {
    return open(device, ProgramCache.of(device));
  }

  static Context open(Device device, ProgramCache cache) {
    cl_context context = null;
    try {
      cl_context_properties properties = new cl_context_properties();
      properties.addProperty(CL_CONTEXT_PLATFORM, device.handle().platform);
      cl_device_id[] ids =
          Stream.concat(Stream.of(device), device.inline().stream())
              .map(each -> each.handle().device)
              .toArray(cl_device_id[]::new);
      context = clCreateContext(properties, ids.length, ids, null, null, null);
      LiveObjects.created(LiveObjects.Kind.CONTEXT);
      return new Context(device, context, cache);
    } catch (CLException | UnsupportedOperationException e) {
      // The latter is JOCL's, where an old loader lacks a function.
      if (context != null) {
        clReleaseContext(context);
        LiveObjects.released(LiveObjects.Kind.CONTEXT);
      }
      throw OpenClException.unusable(
          "No OpenCL context on " + device.name() + ": " + e.getMessage(), e);
    }
  }

  /** The device of this context. */
  public Device device() {
    return device;
  }

  /**
   * Allocates uninitialised memory.
   *
   * @param bytes at least 1
   * @throws OpenClException when the device has not that much
   */
  public DeviceBuffer allocate(long bytes) {
    return allocate(bytes, bytes);
  }

  /** Allocates what a backend keeps for itself; its bytes are not counted as any work's. */
  public DeviceBuffer allocateOwn(long bytes) {
    return allocate(bytes, 0);
  }

  private DeviceBuffer allocate(long bytes, long counted) {
    checkSize(bytes);
    try {
      cl_mem memory = clCreateBuffer(context(), CL_MEM_READ_WRITE, bytes, null, null);
      DeviceBuffer buffer = new DeviceBuffer(this, memory, bytes, counted, null);
      if (device.platform().equals("Oclgrind")) {
        // It records what is initialised in the size of the last write from the host, and a new
        // buffer inherits the record of a released one: without this, it reports what is not so.
        try {
          buffer.write(new byte[Math.toIntExact(bytes)]);
        } catch (RuntimeException e) {
          buffer.close();
          throw e;
        }
      }
      return buffer;
    } catch (CLException e) {
      throw OpenClException.unusable(
          String.format("%s can't allocate %,d bytes: %s", device.name(), bytes, e.getMessage()),
          e);
    }
  }

  /**
   * Allocates uninitialised memory that the host reads and writes where it lies, without a command,
   * if the device {@link Device#sharesMemory() shares} it; else as {@link #allocate}.
   *
   * @param bytes at least 1
   * @throws OpenClException when the device has not that much
   */
  public DeviceBuffer allocateShared(long bytes) {
    // A view from Java counts in ints.
    if (bytes > Integer.MAX_VALUE || !device.sharesMemory()) {
      return allocate(bytes);
    }
    checkSize(bytes);
    Pointer shared = sharedMemory(bytes);
    if (shared == null) {
      return allocate(bytes);
    }
    try {
      cl_mem memory =
          clCreateBuffer(context(), CL_MEM_READ_WRITE | CL_MEM_USE_HOST_PTR, bytes, shared, null);
      return new DeviceBuffer(this, memory, bytes, bytes, shared);
    } catch (CLException e) {
      freeShared(shared);
      return allocate(bytes);
    }
  }

  /** Null where there is none, or an old loader doesn't know the call. */
  private Pointer sharedMemory(long bytes) {
    try {
      long flags = CL_MEM_READ_WRITE | CL_MEM_SVM_FINE_GRAIN_BUFFER;
      return clSVMAlloc(context(), flags, bytes, 0);
    } catch (CLException | UnsupportedOperationException e) {
      return null;
    }
  }

  private void checkSize(long bytes) {
    if (bytes > device.maxAllocation()) {
      throw OpenClException.unusable(
          String.format(
              "%s allows buffers of at most %,d bytes; %,d are needed.",
              device.name(), device.maxAllocation(), bytes),
          null);
    }
  }

  /** Gives back what a buffer shared with the host; nothing enqueued may use it any more. */
  void freeShared(Pointer shared) {
    clSVMFree(context(), shared);
  }

  /**
   * The kernel of that name, built when first asked for.
   *
   * @throws OpenClException with the compiler's first complaint when the source does not build; the
   *     cause holds the whole log
   */
  public Kernel kernel(KernelSource source, String name) {
    checkOpen();
    return main.kernel(source, name);
  }

  /**
   * The kernel for a launch that takes less time than waking the device's threads: where the device
   * has an inline partner and nothing enqueued is still to run, such that runs at once, in the
   * calling thread; else that of {@link #kernel}. To be asked for before each launch.
   *
   * @throws OpenClException as {@link #kernel}
   */
  public Kernel shortKernel(KernelSource source, String name) {
    checkOpen();
    return (inline == null || pending ? main : inline).kernel(source, name);
  }

  /** Builds a kernel for short launches and for others, so that no later call has to. */
  public void prepareShort(KernelSource source, String name) {
    kernel(source, name);
    if (inline != null) {
      inline.kernel(source, name);
    }
  }

  /** Every kernel file, with its parameters, that was asked for so far, whether it built or not. */
  public Set<KernelSource> sources() {
    Set<KernelSource> sources = new HashSet<>(main.sources());
    if (inline != null) {
      sources.addAll(inline.sources());
    }
    return sources;
  }

  /** Waits until everything enqueued has run. */
  public void finish() {
    checkOpen();
    main.finish();
    pending = false;
  }

  /**
   * Runs {@code work}, waits, and sums the device's own times of all kernels and copies in it.
   *
   * @return END minus START over all commands, nanoseconds, by the device's clock, which on some
   *     drivers is not to be trusted
   */
  public long deviceNanos(Runnable work) {
    if (collecting) {
      throw new IllegalStateException("deviceNanos does not nest");
    }
    collecting = true;
    try {
      work.run();
      finish();
      long total = 0;
      for (cl_event event : collected) {
        total += time(event, CL_PROFILING_COMMAND_END) - time(event, CL_PROFILING_COMMAND_START);
      }
      return total;
    } catch (CLException e) {
      throw OpenClException.failed("Reading event times", device, e);
    } finally {
      collecting = false;
      collected.forEach(Context::release);
      collected.clear();
    }
  }

  private static long time(cl_event event, int which) {
    long[] value = new long[1];
    clGetEventProfilingInfo(event, which, Sizeof.cl_long, Pointer.to(value), null);
    return value[0];
  }

  private static void release(cl_event event) {
    clReleaseEvent(event);
    LiveObjects.released(LiveObjects.Kind.EVENT);
  }

  /** A call that enqueues one command; the event is null when nobody wants it. */
  interface Enqueue {
    void run(cl_event event);
  }

  /** Enqueues a command on the device's own queue. */
  void enqueue(String what, Enqueue command) {
    pending = true;
    run(what, command);
  }

  /** Enqueues a command that waits for itself, and so for all before it. */
  void enqueueAndWait(String what, Enqueue command) {
    run(what, command);
    pending = false;
  }

  /** Enqueues a kernel on the queue of the device that it was built for. */
  void launch(DeviceQueue queue, String what, Enqueue command) {
    if (queue == main) {
      enqueue(what, command);
      return;
    }
    if (pending) {
      finish();
    }
    run(what, command);
    queue.finish();
  }

  private void run(String what, Enqueue command) {
    try {
      if (!collecting) {
        command.run(null);
        return;
      }
      cl_event event = new cl_event();
      command.run(event);
      LiveObjects.created(LiveObjects.Kind.EVENT);
      collected.add(event);
    } catch (CLException e) {
      throw OpenClException.failed(what, device, e);
    }
  }

  /** How many programs came from the program cache. */
  int cachedPrograms() {
    return main.cachedPrograms() + (inline == null ? 0 : inline.cachedPrograms());
  }

  cl_command_queue queue() {
    checkOpen();
    return main.handle();
  }

  private cl_context context() {
    checkOpen();
    return context;
  }

  void checkOpen() {
    if (context == null) {
      throw new IllegalStateException("The context on " + device.name() + " was used after close");
    }
  }

  @Override
  public void close() {
    if (context == null) {
      return;
    }
    try {
      main.release();
    } finally {
      try {
        if (inline != null) {
          inline.release();
        }
      } finally {
        clReleaseContext(context);
        LiveObjects.released(LiveObjects.Kind.CONTEXT);
        context = null;
      }
    }
  }
}
