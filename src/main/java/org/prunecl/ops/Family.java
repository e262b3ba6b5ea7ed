package org.prunecl.ops;

import org.prunecl.opencl.DeviceType;

/** Which family of kernels a device gets. */
public enum Family {
  /** One work-item per work-group, explicit vectors, no local memory. */
  CPU,
  /** Many work-items per work-group, side by side in memory, tiles in local memory. */
  GPU;

  /** CPU devices get the CPU family; GPUs, accelerators and all others the GPU family. */
  public static Family of(DeviceType type) {
    return type == DeviceType.CPU ? CPU : GPU;
  }
}
