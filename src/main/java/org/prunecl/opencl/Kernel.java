package org.prunecl.opencl;

import static org.jocl.CL.*;

import java.util.Arrays;
import java.util.Objects;
import org.jocl.CLException;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_kernel;

/**
 * A kernel of a program built for one device. Owned and closed by its context. Not for use by two
 * threads at once.
 */
public final class Kernel {
  private static final Object NOTHING = new Object();

  private final Context context;
  private final DeviceQueue queue;
  private final String name;
  private final cl_kernel handle;

  /** The arguments that the driver holds, {@link #NOTHING} where that isn't known. */
  private Object[] passed = {};

  Kernel(Context context, DeviceQueue queue, String name, cl_kernel handle) {
    this.context = context;
    this.queue = queue;
    this.name = name;
    this.handle = handle;
    LiveObjects.created(LiveObjects.Kind.KERNEL);
  }

  /**
   * Enqueues the kernel; does not wait, unless it is a {@linkplain Context#shortKernel short one}
   * that runs in the calling thread.
   *
   * @param range global and local size
   * @param arguments in the kernel's order: {@link DeviceBuffer}, {@link Integer}, {@link Long} or
   *     {@link Float}; null passes a null buffer
   */
  public void launch(Range range, Object... arguments) {
    // The driver would crash on a kernel of a closed context.
    context.checkOpen();
    if (passed.length != arguments.length) {
      passed = new Object[arguments.length];
      Arrays.fill(passed, NOTHING);
    }
    for (int i = 0; i < arguments.length; i++) {
      set(i, arguments[i]);
    }
    context.launch(
        queue,
        "Kernel " + name,
        event ->
            clEnqueueNDRangeKernel(
                queue.handle(),
                handle,
                range.global().length,
                null,
                range.global(),
                range.local(),
                0,
                null,
                event));
  }

  /** Passes an argument unless it is still the last launch's: each takes about a microsecond. */
  private void set(int index, Object argument) {
    if (argument instanceof DeviceBuffer buffer) {
      buffer.memory(); // complains when it is closed
    }
    if (!Objects.equals(argument, passed[index])) {
      passed[index] = NOTHING;
      pass(index, argument);
      passed[index] = argument;
    }
  }

  private void pass(int index, Object argument) {
    try {
      if (argument instanceof DeviceBuffer buffer) {
        clSetKernelArg(handle, index, Sizeof.cl_mem, Pointer.to(buffer.memory()));
      } else if (argument instanceof Integer value) {
        clSetKernelArg(handle, index, Sizeof.cl_int, Pointer.to(new int[] {value}));
      } else if (argument instanceof Float value) {
        clSetKernelArg(handle, index, Sizeof.cl_float, Pointer.to(new float[] {value}));
      } else if (argument instanceof Long value) {
        clSetKernelArg(handle, index, Sizeof.cl_long, Pointer.to(new long[] {value}));
      } else if (argument == null) {
        clSetKernelArg(handle, index, Sizeof.cl_mem, null);
      } else {
        throw new IllegalArgumentException(
            "Argument " + index + " of kernel " + name + " is a " + argument.getClass());
      }
    } catch (CLException e) {
      throw OpenClException.failed(
          "Setting argument " + index + " of kernel " + name, context.device(), e);
    }
  }

  void release() {
    clReleaseKernel(handle);
    LiveObjects.released(LiveObjects.Kind.KERNEL);
  }
}
