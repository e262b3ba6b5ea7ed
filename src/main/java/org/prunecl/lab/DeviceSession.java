package org.prunecl.lab;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.prunecl.opencl.Device;
import org.prunecl.opencl.DeviceChoice;
import org.prunecl.opencl.OpenClException;
import org.prunecl.ops.Backend;
import org.prunecl.ops.ClockCheck;
import org.prunecl.ops.Family;
import org.prunecl.ops.LoopCheck;

/**
 * The device that a job runs on, opened with everything the job needs. When the preferred device
 * can't do it and the user did not name it, the next one is taken. Owns the backend.
 */
public final class DeviceSession implements AutoCloseable {
  private final Backend backend;
  private final String reason;
  private Boolean clockPlausible;

  private DeviceSession(Backend backend, String reason) {
    this.backend = backend;
    this.reason = reason;
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
    return open(choice, workload, warnings, Backend::open);
  }

  /**
   * The same with the parameters that the user has tuned for the device, as far as there are any.
   *
   * @param warnings told too when there are none that hold
   */
  public static DeviceSession openTuned(
      DeviceChoice choice, Workload workload, Consumer<String> warnings) {
    return open(
        choice,
        workload,
        warnings,
        device ->
            Backend.open(device, Family.of(device.type()), TuningFile.of(device).load(warnings)));
  }

  /** How a device is opened. */
  interface Opener {
    Backend open(Device device);
  }

  static DeviceSession open(
      DeviceChoice choice, Workload workload, Consumer<String> warnings, Opener opener) {
    String reason = choice.reason();
    for (int i = 0; ; i++) {
      Device device = choice.candidates().get(i);
      try {
        boolean replaceable = !choice.named() && i < choice.candidates().size() - 1;
        return new DeviceSession(open(device, workload, replaceable, warnings, opener), reason);
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
      Workload workload,
      boolean replaceable,
      Consumer<String> warnings,
      Opener opener) {
    Backend backend = opener.open(device);
    try {
      workload.claim(backend);
      if (!LoopCheck.complete(backend)) {
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
