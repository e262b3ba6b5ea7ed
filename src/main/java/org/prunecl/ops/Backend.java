package org.prunecl.ops;

import java.util.function.Consumer;
import org.prunecl.opencl.Context;
import org.prunecl.opencl.Device;
import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.OpenClException;
import org.prunecl.opencl.Scope;

/**
 * The operations on one device. Everything runs in the order in which it is asked for, short
 * launches possibly at once, the rest asynchronously; reading a result waits for what came before.
 *
 * <p>Owns the context and scratch memory; close every matrix first.
 */
public final class Backend implements AutoCloseable {
  /**
   * Bytes that one core at once reads from its caches as fast as all that are woken first; see
   * {@code docs/performance.md}, short launches.
   */
  private static final long SHORT_BYTES = 4 << 20;

  private final Context context;
  private Boolean longLoops;
  private final Family family;
  private final Tuning tuning;
  private DeviceBuffer scratch;
  private Tickets tickets;

  private Backend(Context context, Family family, Tuning tuning) {
    this.context = context;
    this.family = family;
    this.tuning = tuning;
  }

  /** Opens the device with the kernel family made for its type. */
  public static Backend open(Device device) {
    return open(device, Family.of(device.type()));
  }

  /** Opens the device with a given kernel family and the parameters that the program comes with. */
  public static Backend open(Device device, Family family) {
    return open(device, family, Tuning.shipped(device, family));
  }

  /**
   * Opens the device with a given kernel family and its parameters.
   *
   * @throws OpenClException when the device can't be used, or allows no work-groups as large as the
   *     family's
   */
  public static Backend open(Device device, Family family, Tuning tuning) {
    if (device.maxWorkGroupSize() < family.largestWorkGroup()) {
      throw OpenClException.unusable(
          String.format(
              "%s allows work-groups of at most %d work-items; %d are needed.",
              device.name(), device.maxWorkGroupSize(), family.largestWorkGroup()),
          null);
    }
    Backend backend = new Backend(Context.open(device), family, tuning);
    try {
      // Every matrix begins filled: a device that can't build this one kernel is no use.
      Elementwise.prepareFill(backend);
      if (backend.cpu()) {
        backend.tickets();
      }
      return backend;
    } catch (RuntimeException e) {
      backend.close();
      throw e;
    }
  }

  /** The device in use. */
  public Device device() {
    return context.device();
  }

  /** The kernel family in use. */
  public Family family() {
    return family;
  }

  /** The parameters in use. */
  public Tuning tuning() {
    return tuning;
  }

  Context context() {
    return context;
  }

  /**
   * The kernel for a launch that reads so many bytes of weights; see {@link Context#shortKernel}.
   *
   * @throws OpenClException when it doesn't build
   */
  Kernel kernel(KernelSource source, String name, long bytes) {
    return bytes <= SHORT_BYTES ? context.shortKernel(source, name) : context.kernel(source, name);
  }

  boolean cpu() {
    return family == Family.CPU;
  }

  /** Whether the device runs long loops of one work-item to their end; see {@link LoopCheck}. */
  public boolean longLoops() {
    if (longLoops == null) {
      longLoops = LoopCheck.complete(this);
    }
    return longLoops;
  }

  /** How many work-groups keep the whole device busy with some slack for uneven ones. */
  int wantedGroups() {
    return 16 * device().computeUnits();
  }

  /** Floats in the vectors that the device's products work with. */
  int vectorLanes() {
    // An untuned GPU has no tile of its own before it sees a shape.
    return tuning.tile(new ProductClass(false, false, 1024, 128, 1024)).orElse(null)
            instanceof CpuTile tile
        ? tile.lanes()
        : 4;
  }

  /** Allocates a matrix of zeros. */
  public Matrix matrix(int rows, int columns) {
    return Matrix.allocate(this, rows, columns, false);
  }

  /**
   * Allocates a matrix of zeros for values that come from the host or go there: where both can, it
   * lies in memory that they share.
   */
  public Matrix sharedMatrix(int rows, int columns) {
    return Matrix.allocate(this, rows, columns, true);
  }

  /** Allocates a matrix with these values, row by row. */
  public Matrix matrix(int rows, int columns, float[] values) {
    Matrix matrix = matrix(rows, columns);
    try {
      return matrix.write(values);
    } catch (RuntimeException e) {
      matrix.close();
      throw e;
    }
  }

  /**
   * Memory for one operation's intermediate results, at least so large; what is in it lasts until
   * another operation asks. Not the caller's to close.
   */
  DeviceBuffer scratch(long bytes) {
    if (scratch == null || scratch.bytes() < bytes) {
      // What was enqueued with the old one keeps it until it has run.
      closeScratch();
      scratch = context.allocate(bytes);
    }
    return scratch;
  }

  /** What launches take their work from, one after the other. Not the caller's to close. */
  Tickets tickets() {
    if (tickets == null) {
      tickets = new Tickets(this);
    }
    return tickets;
  }

  /** Frees the memory kept for intermediate results; whatever needs some allocates it again. */
  public void releaseScratch() {
    closeScratch();
    if (tickets != null) {
      tickets.close();
      tickets = null;
    }
  }

  private void closeScratch() {
    if (scratch != null) {
      scratch.close();
      scratch = null;
    }
  }

  DeviceBuffer upload(int[] values) {
    return upload(values.length * (long) Integer.BYTES, buffer -> buffer.write(values));
  }

  DeviceBuffer upload(float[] values) {
    return upload(values.length * (long) Float.BYTES, buffer -> buffer.write(values));
  }

  DeviceBuffer upload(byte[] values) {
    return upload(values.length, buffer -> buffer.write(values));
  }

  /** A buffer of so many bytes, or one where there is none. */
  private DeviceBuffer upload(long bytes, Consumer<DeviceBuffer> write) {
    DeviceBuffer buffer = context.allocate(Math.max(1, bytes));
    try {
      write.accept(buffer);
      return buffer;
    } catch (RuntimeException e) {
      buffer.close();
      throw e;
    }
  }

  /**
   * Checks that the device can hold so much, by its own word and by allocating it for a moment.
   *
   * @param bytes all buffers together
   * @param largest the largest single buffer
   * @throws org.prunecl.opencl.OpenClException when it can't
   */
  public void reserve(long bytes, long largest) {
    if (bytes > device().globalMemory()) {
      throw OpenClException.unusable(
          String.format(
              "%s has %,d MiB of memory; %,d MiB are needed.",
              device().name(), device().globalMemory() >> 20, (bytes >> 20) + 1),
          null);
    }
    try (Scope scope = new Scope()) {
      scope.own(context.allocate(largest));
      for (long rest = bytes - largest; rest > 0; rest -= largest) {
        scope.own(context.allocate(Math.min(rest, largest)));
      }
    }
  }

  /** Waits until everything enqueued has run. */
  public void finish() {
    context.finish();
  }

  /** The device's own time of all commands in {@code work}, nanoseconds; see {@link ClockCheck}. */
  public long deviceNanos(Runnable work) {
    return context.deviceNanos(work);
  }

  @Override
  public void close() {
    releaseScratch();
    context.close();
  }
}
