package org.prunecl.lab;

import java.util.function.Consumer;
import org.prunecl.ops.Backend;

/**
 * What a job needs of a device, checked before its first step.
 *
 * @param bytes device memory in all
 * @param largest the largest single buffer, bytes
 * @param prepare builds the kernels that the job runs
 */
public record Workload(long bytes, long largest, Consumer<Backend> prepare) {
  /** One job after the other: the larger need of each kind, and the kernels of both. */
  public Workload and(Workload other) {
    return new Workload(
        Math.max(bytes, other.bytes),
        Math.max(largest, other.largest),
        prepare.andThen(other.prepare));
  }

  void claim(Backend backend) {
    prepare.accept(backend);
    backend.reserve(bytes, largest);
  }
}
