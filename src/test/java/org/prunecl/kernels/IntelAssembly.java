package org.prunecl.kernels;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what Intel's graphics compiler leaves of one kernel: its assembly, and the LLVM code of the
 * whole file, whose metadata holds the sizes of memory.
 */
final class IntelAssembly {
  private static final Pattern KERNEL = Pattern.compile("(?m)^//\\.kernel (\\w+)");
  private static final Pattern REGISTERS = Pattern.compile("numGRF=(\\d+)");
  private static final Pattern SPILL = Pattern.compile("(?m)^//\\.spill size (\\d+)");

  /**
   * Newer chips name the memory; on older ones it is an index, that of local memory being 254, and
   * a load of 32 lanes is two of 16, of which the first begins at lane 0.
   */
  private static final Pattern GLOBAL =
      Pattern.compile(
          "load\\.ugm\\.d32x4\\.|\\|M0\\) .*0x[0-9A-F]{6}(?!FE).. .*surface read with xyzw");

  private static final Pattern LOCAL =
      Pattern.compile("load\\.slm\\.d32x4\\.|\\|M0\\) .*0x[0-9A-F]{6}FE .*surface read with xyzw");

  private IntelAssembly() {}

  /**
   * @param assembly of one kernel
   * @param code of the whole file
   */
  static Resources read(String assembly, String code) {
    Matcher title = KERNEL.matcher(assembly);
    if (!title.find()) {
      throw new IllegalArgumentException("No kernel in " + assembly);
    }
    String kernel = title.group(1);
    // A hardware thread's, that is, of 8 to 32 work-items.
    int spilled = number(SPILL, assembly, 0);
    return new Resources(
        kernel,
        number(REGISTERS, assembly, null),
        spilled + metadata(code, kernel, "privateMemoryPerWI"),
        metadata(code, kernel, "localSize"),
        null,
        (int) GLOBAL.matcher(assembly).results().count(),
        (int) LOCAL.matcher(assembly).results().count());
  }

  private static Integer number(Pattern pattern, String text, Integer otherwise) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Integer.valueOf(matcher.group(1)) : otherwise;
  }

  /** A number among the nodes that the kernel's own node refers to; kernels share equal nodes. */
  private static int metadata(String code, String kernel, String key) {
    String index = group("\"FuncMDMap\\[(\\d+)]\", .*@" + kernel + "}", code);
    String nodes = group("\"FuncMDValue\\[" + index + "]\", (.*)}", code);
    for (String node : nodes.split(", ", -1)) {
      Matcher value =
          Pattern.compile("(?m)^" + node + " = !\\{!\"" + key + "\", i32 (\\d+)}").matcher(code);
      if (value.find()) {
        return Integer.parseInt(value.group(1));
      }
    }
    throw new IllegalArgumentException("No " + key + " of " + kernel);
  }

  private static String group(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    if (!matcher.find()) {
      throw new IllegalArgumentException("No " + pattern);
    }
    return matcher.group(1);
  }
}
