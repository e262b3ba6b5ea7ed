package org.prunecl.ops;

import java.util.Locale;
import org.prunecl.opencl.DeviceType;

/** Which family of kernels a device gets. */
public enum Family {
  /** One work-item per work-group, explicit vectors, no local memory. */
  CPU(16),
  /** Many work-items per work-group, side by side in memory, tiles in local memory. */
  GPU(256);

  private final int largestWorkGroup;

  Family(int largestWorkGroup) {
    this.largestWorkGroup = largestWorkGroup;
  }

  /** Work-items in the largest work-group that any kernel of the family is launched with. */
  int largestWorkGroup() {
    return largestWorkGroup;
  }

  /** The name in tables: {@code cpu} or {@code gpu}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** CPU devices get the CPU family; GPUs, accelerators and all others the GPU family. */
  public static Family of(DeviceType type) {
    return type == DeviceType.CPU ? CPU : GPU;
  }
}
