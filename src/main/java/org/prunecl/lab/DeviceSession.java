package org.prunecl.lab;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.prunecl.opencl.Device;
import org.prunecl.opencl.DeviceChoice;
import org.prunecl.opencl.OpenClException;
import org.prunecl.ops.Backend;
import org.prunecl.ops.ClockCheck;
import org.prunecl.ops.Family;

/**
 * The device that a job runs on, opened with everything the job needs. When the preferred device
 * can't do it and the user did not name it, the next one is taken. Owns the backend.
 */
public final class DeviceSession implements AutoCloseable {
  private final Backend backend;
  private final String reason;
  private final Consumer<String> warnings;
  private Boolean clockPlausible;
  private PlanFile plans;

  private DeviceSession(Backend backend, String reason, Consumer<String> warnings) {
    this.backend = backend;
    this.reason = reason;
    this.warnings = warnings;
  }

  /**
   * Opens the first device of the choice that can do the work.
   *
   * @param choice the devices to try in turn
   * @param workload what the job needs
   * @param warnings told when a device is passed over, and why
   * @throws OpenClException when none can, or the one that the user named can't
   */
  public static DeviceSession open(
      DeviceChoice choice, Workload workload, Consumer<String> warnings) {
    return open(choice, backend -> {}, () -> workload, warnings, Backend::open);
  }

  /**
   * Likewise for a job that is still being made ready by another thread.
   *
   * @param meanwhile builds kernels that the job will need, before the workload is asked for
   * @param workload what the job needs, waited for where it must be; what it throws is passed on
   * @param warnings told too when tuned parameters are wanted and none hold
   * @param tuned whether with the parameters that the user has tuned for the device, as far as
   *     there are any
   */
  public static DeviceSession open(
      DeviceChoice choice,
      Consumer<Backend> meanwhile,
      Supplier<Workload> workload,
      Consumer<String> warnings,
      boolean tuned) {
    return open(
        choice,
        meanwhile,
        workload,
        warnings,
        tuned
            ? device ->
                Backend.open(device, Family.of(device.type()), TuningFile.of(device).load(warnings))
            : Backend::open);
  }

  /** How a device is opened. */
  interface Opener {
    Backend open(Device device);
  }

  static DeviceSession open(
      DeviceChoice choice,
      Consumer<Backend> meanwhile,
      Supplier<Workload> workload,
      Consumer<String> warnings,
      Opener opener) {
    String reason = choice.reason();
    for (int i = 0; ; i++) {
      Device device = choice.candidates().get(i);
      try {
        boolean replaceable = !choice.named() && i < choice.candidates().size() - 1;
        return new DeviceSession(
            open(device, meanwhile, workload, replaceable, warnings, opener), reason, warnings);
      } catch (OpenClException e) {
        if (choice.named() || i == choice.candidates().size() - 1) {
          throw e;
        }
        Device next = choice.candidates().get(i + 1);
        warnings.accept(device.name() + " can't be used: " + e.getMessage());
        warnings.accept("falling back to " + next.describe());
        reason = "fallback, since " + device.name() + " can't be used";
      }
    }
  }

  private static Backend open(
      Device device,
      Consumer<Backend> meanwhile,
      Supplier<Workload> workload,
      boolean replaceable,
      Consumer<String> warnings,
      Opener opener) {
    Backend backend = opener.open(device);
    try {
      meanwhile.accept(backend);
      workload.get().claim(backend);
      if (!backend.longLoops()) {
        String cause =
            device.name() + " cuts off long loops, so that results of large layers may be wrong.";
        if (replaceable) {
          throw OpenClException.unusable(cause, null);
        }
        warnings.accept(cause);
      }
      return backend;
    } catch (RuntimeException e) {
      backend.close();
      throw e;
    }
  }

  /** The operations on the device. */
  public Backend backend() {
    return backend;
  }

  /** Why this device was chosen. */
  public String reason() {
    return reason;
  }

  /** The device as results record it. */
  public DeviceInfo info() {
    return DeviceInfo.of(backend.device());
  }

  /** The tuned parameters in use by class of product; none unless they were asked for. */
  public Map<String, Map<String, Object>> tuned() {
    Map<String, Map<String, Object>> tuned = new LinkedHashMap<>();
    backend
        .tuning()
        .measured()
        .forEach((product, tile) -> tuned.put(product.toString(), tile.named()));
    return tuned;
  }

  /**
   * Finds the fastest form of each layer on the device.
   *
   * @param fresh whether to measure even what earlier runs have
   */
  Planner planner(boolean fresh) {
    if (plans == null) {
      plans = PlanFile.of(backend.device(), tuned(), warnings);
    }
    return new Planner(backend, plans, fresh, warnings);
  }

  /** Whether the device's event times are to be believed; checked once. */
  public boolean clockPlausible() {
    if (clockPlausible == null) {
      clockPlausible = ClockCheck.plausible(backend);
    }
    return clockPlausible;
  }

  @Override
  public void close() {
    backend.close();
  }
}
