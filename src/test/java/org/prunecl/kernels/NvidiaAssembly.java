package org.prunecl.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads PTX, and what {@code ptxas -v} says of it. */
final class NvidiaAssembly {
  private static final Pattern ENTRY = Pattern.compile("\\.entry (\\w+)\\(");
  private static final Pattern GLOBAL = Pattern.compile("ld\\.global(\\.nc)?\\.v4\\.[fbu]32");
  private static final Pattern LOCAL = Pattern.compile("ld\\.shared\\.v4\\.[fbu]32");
  private static final Pattern REGISTERS = Pattern.compile("Used (\\d+) registers");
  private static final Pattern SHARED = Pattern.compile(" (\\d+) bytes smem");

  /** Spills lie within the stack frame. */
  private static final Pattern STACK = Pattern.compile(" (\\d+) bytes stack frame");

  private NvidiaAssembly() {}

  /**
   * @param ptx the assembly
   * @param log what ptxas wrote, or null where there is none: then only the loads are known
   */
  static List<Resources> read(String ptx, String log) {
    List<Resources> kernels = new ArrayList<>();
    Matcher entry = ENTRY.matcher(ptx);
    boolean found = entry.find();
    while (found) {
      String kernel = entry.group(1);
      int from = entry.end();
      found = entry.find();
      String body = ptx.substring(from, found ? entry.start() : ptx.length());
      String facts = log == null ? "" : factsOf(kernel, log);
      kernels.add(
          new Resources(
              kernel,
              number(REGISTERS, facts, null),
              number(STACK, facts, null),
              number(SHARED, facts, log == null ? null : 0), // not mentioned when there is none
              null,
              (int) GLOBAL.matcher(body).results().count(),
              (int) LOCAL.matcher(body).results().count()));
    }
    return kernels;
  }

  private static String factsOf(String kernel, String log) {
    String title = "Compiling entry function ";
    int start = log.indexOf(title + "'" + kernel + "'");
    if (start < 0) {
      throw new IllegalArgumentException("ptxas says nothing of " + kernel + ": " + log);
    }
    int end = log.indexOf(title, start + 1);
    return end < 0 ? log.substring(start) : log.substring(start, end);
  }

  private static Integer number(Pattern pattern, String text, Integer otherwise) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Integer.valueOf(matcher.group(1)) : otherwise;
  }
}
