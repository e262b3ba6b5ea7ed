package org.prunecl.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.prunecl.opencl.Device;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.OpenClException;
import org.prunecl.opencl.Platform;
import org.prunecl.opencl.Platforms;
import org.prunecl.ops.Backend;
import org.prunecl.ops.EveryKernel;
import org.prunecl.ops.Family;

/**
 * What an OpenCL device's own compiler made of the kernels.
 *
 * @param platform the platform's name
 * @param device the device's name
 * @param cpu what the CPU family asked for
 * @param gpu what the GPU family asked for
 * @param faults what did not build
 * @param unused why a family was not built, where the device can't be used with it
 */
record Driver(
    String platform,
    String device,
    Set<KernelSource> cpu,
    Set<KernelSource> gpu,
    List<String> faults,
    List<String> unused) {
  /** What each driver that should be here is called, by its platform's name. */
  static final Map<String, String> EXPECTED =
      Map.of(
          "Portable Computing Language", "PoCL",
          "rusticl", "rusticl (Mesa)",
          "Oclgrind", "Oclgrind");

  /** Builds both families on every device of this machine. */
  static List<Driver> all() {
    List<Driver> drivers = new ArrayList<>();
    for (Platform platform : Platforms.list()) {
      platform.devices().forEach(device -> drivers.add(build(device)));
    }
    return drivers;
  }

  private static Driver build(Device device) {
    List<String> faults = new ArrayList<>();
    List<String> unused = new ArrayList<>();
    return new Driver(
        device.platform(),
        device.name(),
        build(device, Family.CPU, faults, unused),
        build(device, Family.GPU, faults, unused),
        faults,
        unused);
  }

  private static Set<KernelSource> build(
      Device device, Family family, List<String> faults, List<String> unused) {
    try (Backend backend = Backend.open(device, family)) {
      EveryKernel kernels = EveryKernel.build(backend);
      kernels.failures().forEach(failure -> faults.add(failure.getMessage()));
      return kernels.sources();
    } catch (OpenClException e) {
      unused.add(e.getMessage());
      return Set.of();
    }
  }

  /** How many programs were asked for. */
  int programs() {
    Set<KernelSource> both = new java.util.HashSet<>(cpu);
    both.addAll(gpu);
    return both.size();
  }

  /** The drivers that should be here and are not. */
  static Set<String> absent(List<Driver> drivers) {
    Set<String> absent = new TreeSet<>(EXPECTED.values());
    drivers.forEach(driver -> absent.remove(EXPECTED.getOrDefault(driver.platform(), "")));
    return absent;
  }
}
