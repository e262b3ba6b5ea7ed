package org.prunecl.opencl;

import static org.jocl.CL.*;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jocl.CLException;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_context;
import org.jocl.cl_device_id;
import org.jocl.cl_program;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The programs of a context for one of its devices, each built once: from the cache, else from
 * source. Owns them.
 */
final class Programs {
  private static final Logger LOG = LoggerFactory.getLogger(Programs.class);

  /** PoCL 3.1's compiler now and then can't find the temporary file that it has just written. */
  private static final String LOST_FILE = "unable to rename temporary";

  private static final int ATTEMPTS = 3;

  private final Device device;
  private final cl_context context;
  private final ProgramCache cache;
  private final Map<KernelSource, cl_program> programs = new HashMap<>();
  private int cached;

  Programs(Device device, cl_context context, ProgramCache cache) {
    this.device = device;
    this.context = context;
    this.cache = cache;
  }

  /** How many programs came from the cache. */
  int cached() {
    return cached;
  }

  /**
   * The program, built when first asked for.
   *
   * @throws OpenClException with the compiler's first complaint when the source does not build; the
   *     cause holds the whole log
   */
  cl_program get(KernelSource source) {
    return programs.computeIfAbsent(source, this::build);
  }

  private cl_program build(KernelSource source) {
    String text = source.text();
    String options = source.options(device);
    if (cache.folder() == null) {
      return compiled(source, text, options);
    }
    String version = Platforms.text(device.handle().platform, CL_PLATFORM_VERSION);
    String key = ProgramCache.key(device, version, options, text);
    Optional<cl_program> ready = cache.read(key).flatMap(binary -> loaded(binary, options));
    if (ready.isPresent()) {
      cached++;
      LOG.debug("took {} for {} from the cache", source.file(), device.name());
      return ready.get();
    }
    cl_program program = compiled(source, text, options);
    binary(program).ifPresent(binary -> cache.write(key, binary));
    return program;
  }

  private cl_program compiled(KernelSource source, String text, String options) {
    return compiled(source, text, options, ATTEMPTS);
  }

  private cl_program compiled(KernelSource source, String text, String options, int attempts) {
    cl_program program = clCreateProgramWithSource(context, 1, new String[] {text}, null, null);
    LiveObjects.created(LiveObjects.Kind.PROGRAM);
    try {
      clBuildProgram(program, 1, new cl_device_id[] {device.handle().device}, options, null, null);
      LOG.debug("built {} on {} with {}", source.file(), device.name(), options);
      return program;
    } catch (CLException e) {
      String log = buildLog(program);
      release(program);
      if (attempts > 1 && log.contains(LOST_FILE)) {
        LOG.debug("building {} once more: {}", source.file(), firstError(log));
        return compiled(source, text, options, attempts - 1);
      }
      throw OpenClException.unusable(
          source.file() + " does not build on " + device.name() + ": " + firstError(log),
          new IllegalStateException("Built with " + options + System.lineSeparator() + log, e));
    }
  }

  /** The program of a binary, or nothing when the driver won't have it. */
  private Optional<cl_program> loaded(byte[] binary, String options) {
    cl_program program = null;
    try {
      program =
          clCreateProgramWithBinary(
              context,
              1,
              new cl_device_id[] {device.handle().device},
              new long[] {binary.length},
              new byte[][] {binary},
              null,
              null);
      LiveObjects.created(LiveObjects.Kind.PROGRAM);
      clBuildProgram(program, 0, null, options, null, null);
      return Optional.of(program);
    } catch (CLException e) {
      LOG.debug("{} refuses what it built: {}", device.name(), e.getMessage());
      if (program != null) {
        release(program);
      }
      return Optional.empty();
    }
  }

  /** The program as the driver built it, or nothing when it won't say. */
  private Optional<byte[]> binary(cl_program program) {
    try {
      int[] count = new int[1];
      clGetProgramInfo(program, CL_PROGRAM_NUM_DEVICES, Sizeof.cl_uint, Pointer.to(count), null);
      long[] sizes = new long[count[0]];
      long all = (long) count[0] * Sizeof.size_t;
      clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, all, Pointer.to(sizes), null);
      // It was built for one of the context's devices; where that one's stands, PoCL isn't sure.
      int own = 0;
      while (own < sizes.length && sizes[own] == 0) {
        own++;
      }
      if (own == sizes.length) {
        return Optional.empty();
      }
      byte[] binary = new byte[Math.toIntExact(sizes[own])];
      // The driver skips those of which it is given no address.
      Pointer[] addresses = new Pointer[count[0]];
      addresses[own] = Pointer.to(binary);
      clGetProgramInfo(program, CL_PROGRAM_BINARIES, all, Pointer.to(addresses), null);
      return Optional.of(binary);
    } catch (CLException e) {
      LOG.debug("{} gives no binary: {}", device.name(), e.getMessage());
      return Optional.empty();
    }
  }

  /** The first line that speaks of an error, else the first of all. */
  private static String firstError(String log) {
    List<String> lines = log.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    return lines.stream()
        .filter(line -> line.contains("error"))
        .findFirst()
        .orElse(lines.isEmpty() ? "the compiler does not say why" : lines.get(0));
  }

  private String buildLog(cl_program program) {
    try {
      long[] size = new long[1];
      clGetProgramBuildInfo(program, device.handle().device, CL_PROGRAM_BUILD_LOG, 0, null, size);
      byte[] log = new byte[(int) size[0]];
      clGetProgramBuildInfo(
          program, device.handle().device, CL_PROGRAM_BUILD_LOG, log.length, Pointer.to(log), null);
      return new String(log, StandardCharsets.UTF_8).replace('\0', ' ').strip();
    } catch (CLException e) {
      return "(no build log: " + e.getMessage() + ")";
    }
  }

  /** Releases all programs; their kernels must be released already. */
  void release() {
    programs.values().forEach(Programs::release);
    programs.clear();
  }

  private static void release(cl_program program) {
    clReleaseProgram(program);
    LiveObjects.released(LiveObjects.Kind.PROGRAM);
  }
}
