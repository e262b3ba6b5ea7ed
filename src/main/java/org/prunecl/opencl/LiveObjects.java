package org.prunecl.opencl;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Counts the OpenCL objects that were created and not yet released, so that tests can assert none.
 */
public final class LiveObjects {
  /** What is counted. */
  public enum Kind {
    /** {@code cl_context}. */
    CONTEXT,
    /** {@code cl_command_queue}. */
    QUEUE,
    /** {@code cl_program}. */
    PROGRAM,
    /** {@code cl_kernel}. */
    KERNEL,
    /** {@code cl_mem}. */
    BUFFER,
    /** {@code cl_event}. */
    EVENT
  }

  private static final Map<Kind, AtomicLong> COUNTS = new EnumMap<>(Kind.class);

  static {
    for (Kind kind : Kind.values()) {
      COUNTS.put(kind, new AtomicLong());
    }
  }

  private static final AtomicLong BUFFER_BYTES = new AtomicLong();
  private static final AtomicLong MOST_BUFFER_BYTES = new AtomicLong();

  private LiveObjects() {}

  static void created(Kind kind) {
    COUNTS.get(kind).incrementAndGet();
  }

  static void released(Kind kind) {
    COUNTS.get(kind).decrementAndGet();
  }

  static void allocated(long bytes) {
    created(Kind.BUFFER);
    long now = BUFFER_BYTES.addAndGet(bytes);
    MOST_BUFFER_BYTES.accumulateAndGet(now, Math::max);
  }

  static void freed(long bytes) {
    released(Kind.BUFFER);
    BUFFER_BYTES.addAndGet(-bytes);
  }

  /** Bytes of all buffers alive in this process but a backend's own counter. */
  public static long bufferBytes() {
    return BUFFER_BYTES.get();
  }

  /** The most bytes of buffers that were alive at once during {@code work}. */
  public static long mostBufferBytes(Runnable work) {
    MOST_BUFFER_BYTES.set(bufferBytes());
    work.run();
    return MOST_BUFFER_BYTES.get();
  }

  /** Objects alive in this process. */
  public static long count() {
    return COUNTS.values().stream().mapToLong(AtomicLong::get).sum();
  }

  /** Objects of one kind alive in this process. */
  public static long count(Kind kind) {
    return COUNTS.get(kind).get();
  }

  /** The live objects by kind, for a failure message; empty when there are none. */
  public static String describe() {
    return COUNTS.entrySet().stream()
        .filter(entry -> entry.getValue().get() != 0)
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }
}
