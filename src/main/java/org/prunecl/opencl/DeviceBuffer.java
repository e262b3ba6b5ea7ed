package org.prunecl.opencl;

import static org.jocl.CL.*;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Objects;
import org.jocl.CLException;
import org.jocl.Pointer;
import org.jocl.cl_mem;

/**
 * Memory on the device. Owned by exactly one object, which closes it; use after close throws.
 *
 * <p>Reads wait until everything enqueued before them has run. Writes wait until the data is
 * copied.
 */
public final class DeviceBuffer implements AutoCloseable {
  private final Context context;
  private final long bytes;
  private final long counted;
  private final Pointer shared;
  private final FloatBuffer view;
  private cl_mem memory;

  /**
   * @param counted bytes that count as those of some work
   * @param shared the same memory as the host sees it, for this to free; null where the host has no
   *     such view
   */
  DeviceBuffer(Context context, cl_mem memory, long bytes, long counted, Pointer shared) {
    this.context = context;
    this.memory = memory;
    this.bytes = bytes;
    this.counted = counted;
    this.shared = shared;
    this.view =
        shared == null
            ? null
            : shared.getByteBuffer(0, bytes).order(ByteOrder.nativeOrder()).asFloatBuffer();
    LiveObjects.allocated(counted);
  }

  /**
   * The memory itself, where host and device share it, else null. The host may touch it only while
   * nothing enqueued does: after a {@link Context#finish}, before the next launch.
   */
  public FloatBuffer view() {
    memory();
    return view;
  }

  /** Size in bytes. */
  public long bytes() {
    return bytes;
  }

  /** Copies {@code length} floats from {@code source} to the element index {@code offset}. */
  public void write(float[] source, int length, long offset) {
    Objects.checkFromIndexSize(0, length, source.length);
    write(Pointer.to(source), offset * Float.BYTES, (long) length * Float.BYTES);
  }

  /** Copies all of {@code source} to the start of the buffer. */
  public void write(float[] source) {
    write(source, source.length, 0);
  }

  /** Copies all of {@code source} to the start of the buffer. */
  public void write(int[] source) {
    write(Pointer.to(source), 0, (long) source.length * Integer.BYTES);
  }

  /** Copies all of {@code source} to the start of the buffer. */
  public void write(byte[] source) {
    write(Pointer.to(source), 0, source.length);
  }

  /**
   * Enqueues a copy of all of {@code source} to the start of the buffer; does not wait.
   *
   * @param source direct memory, not to be changed until the copy has been made
   */
  public void writeLater(FloatBuffer source) {
    if (!source.isDirect()) {
      throw new IllegalArgumentException("The source must be direct memory");
    }
    long length = (long) source.capacity() * Float.BYTES;
    checkRange(0, length);
    context.enqueue(
        "Writing to the device",
        event ->
            clEnqueueWriteBuffer(
                context.queue(), memory(), false, 0, length, Pointer.to(source), 0, null, event));
  }

  /** Reads {@code length} floats starting at the element index {@code offset}. */
  public float[] readFloats(int length, long offset) {
    float[] target = new float[length];
    if (view != null) {
      checkRange(offset * Float.BYTES, (long) length * Float.BYTES);
      memory();
      context.finish();
      view.get((int) offset, target);
      return target;
    }
    read(Pointer.to(target), offset * Float.BYTES, (long) length * Float.BYTES);
    return target;
  }

  /** Reads {@code length} floats from the start into {@code target}. */
  public void read(float[] target, int length) {
    Objects.checkFromIndexSize(0, length, target.length);
    read(Pointer.to(target), 0, (long) length * Float.BYTES);
  }

  /** Reads the first {@code length} ints. */
  public int[] readInts(int length) {
    int[] target = new int[length];
    read(Pointer.to(target), 0, (long) length * Integer.BYTES);
    return target;
  }

  /** Reads the first {@code length} bytes. */
  public byte[] readBytes(int length) {
    byte[] target = new byte[length];
    read(Pointer.to(target), 0, length);
    return target;
  }

  /** Enqueues a copy of the first {@code length} bytes of {@code source}; does not wait. */
  public void copyFrom(DeviceBuffer source, long length) {
    source.checkRange(0, length);
    checkRange(0, length);
    context.enqueue(
        "Copying a buffer",
        event ->
            clEnqueueCopyBuffer(
                context.queue(), source.memory(), memory(), 0, 0, length, 0, null, event));
  }

  /**
   * The driver's handle; throws once the buffer is closed, since the driver would abort the
   * process.
   */
  cl_mem memory() {
    if (memory == null) {
      throw new IllegalStateException(
          "A device buffer of " + bytes + " bytes was used after close");
    }
    return memory;
  }

  private void write(Pointer source, long offset, long length) {
    checkRange(offset, length);
    if (length == 0) {
      return;
    }
    context.enqueueAndWait(
        "Writing to the device",
        event ->
            clEnqueueWriteBuffer(
                context.queue(), memory(), true, offset, length, source, 0, null, event));
  }

  private void read(Pointer target, long offset, long length) {
    checkRange(offset, length);
    if (length == 0) {
      return;
    }
    context.enqueueAndWait(
        "Reading from the device",
        event ->
            clEnqueueReadBuffer(
                context.queue(), memory(), true, offset, length, target, 0, null, event));
  }

  private void checkRange(long offset, long length) {
    if (offset < 0 || length < 0 || offset > bytes - length) {
      throw new IndexOutOfBoundsException(
          "Bytes " + offset + " to " + (offset + length) + " of a buffer of " + bytes);
    }
  }

  @Override
  public void close() {
    if (memory == null) {
      return;
    }
    try {
      try {
        if (shared != null) {
          context.finish();
        }
      } finally {
        clReleaseMemObject(memory);
      }
      if (shared != null) {
        context.freeShared(shared);
      }
    } catch (CLException e) {
      throw OpenClException.failed("Releasing a buffer", context.device(), e);
    } finally {
      memory = null;
      LiveObjects.freed(counted);
    }
  }
}
