package org.prunecl.opencl;

import java.util.Locale;
import org.jocl.CL;

/** Kinds of devices, in the order in which they are preferred. */
public enum DeviceType {
  /** A graphics processor. */
  GPU(CL.CL_DEVICE_TYPE_GPU),
  /** Another processor made for computing. */
  ACCELERATOR(CL.CL_DEVICE_TYPE_ACCELERATOR),
  /** The host's own processor. */
  CPU(CL.CL_DEVICE_TYPE_CPU),
  /** A device that fits no other kind. */
  CUSTOM(CL.CL_DEVICE_TYPE_CUSTOM);

  /**
   * Every single type. {@code CL_DEVICE_TYPE_ALL} of JOCL arrives at some drivers as 64 one-bits
   * and is refused.
   */
  static final long ANY =
      CL.CL_DEVICE_TYPE_GPU | CL.CL_DEVICE_TYPE_ACCELERATOR | CL.CL_DEVICE_TYPE_CPU;

  private final long bit;

  DeviceType(long bit) {
    this.bit = bit;
  }

  /** The preferred one of a device's types; a simulator may state several at once. */
  static DeviceType ofBits(long bits) {
    for (DeviceType type : values()) {
      if ((bits & type.bit) != 0) {
        return type;
      }
    }
    return CUSTOM;
  }

  /** The name as users write it: {@code gpu}, {@code cpu}, ... */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
