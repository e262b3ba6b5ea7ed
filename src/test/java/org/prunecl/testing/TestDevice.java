package org.prunecl.testing;

import java.util.EnumMap;
import java.util.Map;
import org.prunecl.opencl.Device;
import org.prunecl.opencl.DeviceChoice;
import org.prunecl.opencl.Platforms;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Family;

/**
 * The device that the tests run on, chosen as the product chooses it, and one backend for each
 * kernel family, which {@link OpenClExtension} closes after each test class.
 */
public final class TestDevice {
  private static final Device DEVICE =
      DeviceChoice.among(Platforms.list(), null, System.getenv("PRUNECL_DEVICE")).preferred();
  private static final Map<Family, Backend> BACKENDS = new EnumMap<>(Family.class);

  private TestDevice() {}

  /** The device under test. */
  public static Device get() {
    return DEVICE;
  }

  /** A backend with that kernel family, whatever the device's type; not the caller's to close. */
  public static Backend backend(Family family) {
    return BACKENDS.computeIfAbsent(family, key -> Backend.open(DEVICE, key));
  }

  /** Whether every instruction is simulated, so that tests draw fewer and smaller shapes. */
  public static boolean simulated() {
    return DEVICE.platform().equals("Oclgrind");
  }

  /**
   * Whether the driver copes with kernels that are meant for AVX-512: llvmpipe, which no such
   * kernel is ever chosen for, compiles one for many minutes.
   */
  public static boolean wideVectors() {
    return !DEVICE.name().startsWith("llvmpipe");
  }

  /** Whether the CPU family's kernels end their loops on large layers: llvmpipe cuts them off. */
  public static boolean longLoops() {
    return !DEVICE.name().startsWith("llvmpipe");
  }

  /** Whether this is one more device of the suite, so that tests leave out some combinations. */
  public static boolean additional() {
    return !System.getProperty("prunecl.test.device", "default").equals("default");
  }

  static void releaseScratch() {
    BACKENDS.values().forEach(Backend::releaseScratch);
  }

  static void closeBackends() {
    BACKENDS.values().forEach(Backend::close);
    BACKENDS.clear();
  }
}
