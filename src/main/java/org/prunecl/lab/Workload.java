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
  void claim(Backend backend) {
    prepare.accept(backend);
    backend.reserve(bytes, largest);
  }
}
