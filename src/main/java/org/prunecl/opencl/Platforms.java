package org.prunecl.opencl;

import static org.jocl.CL.*;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;
import org.prunecl.PruneClException.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists the platforms and devices of this machine. */
public final class Platforms {
  /** {@code CL_PLATFORM_NOT_FOUND_KHR} of cl_khr_icd: the loader found no driver. */
  private static final int PLATFORM_NOT_FOUND = -1001;

  private static final Pattern LANGUAGE_VERSION = Pattern.compile("OpenCL C (\\d+\\.\\d+)");

  /** The name of PoCL's platform. */
  static final String POCL = "Portable Computing Language";

  /** PoCL's driver without threads, and then the processor as its other one names it too. */
  private static final Pattern RUNS_IN_CALLER = Pattern.compile("(?:basic|cpu-minimal)-(.*)");

  private static final Logger LOG = LoggerFactory.getLogger(Platforms.class);

  private Platforms() {}

  /**
   * Every platform in the loader's order, those without devices too.
   *
   * @throws OpenClException when there is no OpenCL loader, with the install hint for this system
   */
  public static List<Platform> list() {
    cl_platform_id[] ids = platformIds();
    List<Platform> platforms = new ArrayList<>();
    for (int p = 0; p < ids.length; p++) {
      String name = text(ids[p], CL_PLATFORM_NAME);
      List<Device> devices = devices(p, name, ids[p]);
      platforms.add(
          new Platform(
              p,
              name,
              text(ids[p], CL_PLATFORM_VENDOR),
              text(ids[p], CL_PLATFORM_VERSION),
              devices));
    }
    return List.copyOf(platforms);
  }

  private static cl_platform_id[] platformIds() {
    try {
      CL.setExceptionsEnabled(true);
      int[] count = new int[1];
      clGetPlatformIDs(0, null, count);
      cl_platform_id[] ids = new cl_platform_id[count[0]];
      if (ids.length > 0) {
        clGetPlatformIDs(ids.length, ids, null);
      }
      return ids;
    } catch (CLException e) {
      if (e.getStatus() == PLATFORM_NOT_FOUND) {
        return new cl_platform_id[0];
      }
      throw new OpenClException(
          Kind.SETUP, "OpenCL can't list its platforms: " + e.getMessage(), installHint(), e);
    } catch (LinkageError e) {
      throw new OpenClException(
          Kind.SETUP, "The OpenCL loader (libOpenCL) is not installed.", installHint(), e);
    }
  }

  /**
   * The devices of a platform. One that is the {@link Device#inline() inline} partner of the others
   * comes last, so that they have the indices that they have without it.
   */
  private static List<Device> devices(int index, String name, cl_platform_id platform) {
    List<cl_device_id> ids = new ArrayList<>(List.of(deviceIds(platform)));
    Optional<cl_device_id> partner =
        ids.size() > 1 && name.equals(POCL)
            ? ids.stream().filter(id -> processor(id).isPresent()).findFirst()
            : Optional.empty();
    partner.ifPresent(ids::remove);
    Device inline =
        partner
            .map(
                id -> {
                  int last = ids.size();
                  return answering(
                      index, last, () -> device(index, last, name, platform, id, null));
                })
            .orElse(null);
    List<Device> devices = new ArrayList<>();
    for (int d = 0; d < ids.size(); d++) {
      int at = d;
      Device device =
          answering(index, at, () -> device(index, at, name, platform, ids.get(at), inline));
      if (device != null) {
        devices.add(device);
      }
    }
    if (inline != null) {
      devices.add(inline);
    }
    return devices;
  }

  /** The processor of a device that runs commands in the calling thread, empty for others. */
  private static Optional<String> processor(cl_device_id id) {
    try {
      Matcher name = RUNS_IN_CALLER.matcher(text(id, CL_DEVICE_NAME));
      return name.matches() ? Optional.of(name.group(1)) : Optional.empty();
    } catch (CLException e) {
      return Optional.empty();
    }
  }

  /**
   * Null for a device that can't say what it is: it can't be used; the others keep their indices.
   */
  private static Device answering(int platform, int index, Supplier<Device> device) {
    try {
      return device.get();
    } catch (CLException e) {
      LOG.warn("Device {}:{} does not answer: {}", platform, index, e.getMessage());
      return null;
    }
  }

  private static cl_device_id[] deviceIds(cl_platform_id platform) {
    try {
      int[] count = new int[1];
      clGetDeviceIDs(platform, DeviceType.ANY, 0, null, count);
      cl_device_id[] ids = new cl_device_id[count[0]];
      if (ids.length > 0) {
        clGetDeviceIDs(platform, DeviceType.ANY, ids.length, ids, null);
      }
      return ids;
    } catch (CLException e) {
      // CL_DEVICE_NOT_FOUND is how a platform says that it has none; one that fails otherwise has
      // none that could be used.
      return new cl_device_id[0];
    }
  }

  private static Device device(
      int platformIndex,
      int deviceIndex,
      String platform,
      cl_platform_id owner,
      cl_device_id id,
      Device inline) {
    Matcher language = LANGUAGE_VERSION.matcher(text(id, CL_DEVICE_OPENCL_C_VERSION));
    String name = text(id, CL_DEVICE_NAME);
    boolean same =
        inline != null && processor(inline.handle().device).filter(name::endsWith).isPresent();
    return new Device(
        platformIndex,
        deviceIndex,
        platform,
        name,
        DeviceType.ofBits(number(id, CL_DEVICE_TYPE, Sizeof.cl_long)),
        text(id, CL_DRIVER_VERSION),
        text(id, CL_DEVICE_VERSION),
        language.find() ? language.group(1) : "1.1",
        (int) number(id, CL_DEVICE_MAX_COMPUTE_UNITS, Sizeof.cl_uint),
        number(id, CL_DEVICE_GLOBAL_MEM_SIZE, Sizeof.cl_long),
        number(id, CL_DEVICE_MAX_MEM_ALLOC_SIZE, Sizeof.cl_long),
        number(id, CL_DEVICE_LOCAL_MEM_SIZE, Sizeof.cl_long),
        number(id, CL_DEVICE_MAX_WORK_GROUP_SIZE, Sizeof.size_t),
        new Device.Handle(owner, id, same ? inline : null));
  }

  /** How to get an OpenCL driver on this system, in one line. */
  static String installHint() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (os.contains("win")) {
      return "Install your GPU's driver, or Intel's CPU runtime for OpenCL.";
    }
    if (os.contains("mac")) {
      return "OpenCL belongs to macOS; check that this Java runs natively on the machine.";
    }
    return "Install your GPU's OpenCL driver, or a CPU driver: apt-get install"
        + " ocl-icd-libopencl1 pocl-opencl-icd (Debian, Ubuntu), dnf install pocl (Fedora).";
  }

  static String text(cl_platform_id platform, int parameter) {
    long[] size = new long[1];
    clGetPlatformInfo(platform, parameter, 0, null, size);
    byte[] bytes = new byte[(int) size[0]];
    clGetPlatformInfo(platform, parameter, bytes.length, Pointer.to(bytes), null);
    return string(bytes);
  }

  private static String text(cl_device_id device, int parameter) {
    long[] size = new long[1];
    clGetDeviceInfo(device, parameter, 0, null, size);
    byte[] bytes = new byte[(int) size[0]];
    clGetDeviceInfo(device, parameter, bytes.length, Pointer.to(bytes), null);
    return string(bytes);
  }

  private static String string(byte[] zeroTerminated) {
    int length = 0;
    while (length < zeroTerminated.length && zeroTerminated[length] != 0) {
      length++;
    }
    return new String(zeroTerminated, 0, length, StandardCharsets.UTF_8).strip();
  }

  static long number(cl_device_id device, int parameter, int bytes) {
    long[] value = new long[1];
    clGetDeviceInfo(device, parameter, bytes, Pointer.to(value), null);
    return bytes == 4 ? value[0] & 0xffffffffL : value[0];
  }
}
