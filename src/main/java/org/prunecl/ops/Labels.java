package org.prunecl.ops;

import org.prunecl.opencl.DeviceBuffer;

/** The labels of a batch, on the device. Owns its memory. */
public final class Labels implements AutoCloseable {
  private final int capacity;
  private final DeviceBuffer buffer;

  /** Room for the labels of the largest batch. */
  public Labels(Backend backend, int capacity) {
    this.capacity = capacity;
    this.buffer = backend.upload(new int[capacity]);
  }

  /** Bytes of device memory for so many labels. */
  public static long bytes(int capacity) {
    return (long) capacity * Integer.BYTES;
  }

  /** Copies labels to the device. */
  public Labels write(int[] labels) {
    buffer.write(labels);
    return this;
  }

  /** Reads the first {@code count} labels. */
  public int[] read(int count) {
    return buffer.readInts(count);
  }

  int capacity() {
    return capacity;
  }

  DeviceBuffer buffer() {
    return buffer;
  }

  @Override
  public void close() {
    buffer.close();
  }
}
