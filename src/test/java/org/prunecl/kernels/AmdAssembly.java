package org.prunecl.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the assembly that LLVM writes for AMD: one function after another, each followed by a block
 * of comments with its use of resources.
 */
final class AmdAssembly {
  private static final Pattern FUNCTION = Pattern.compile("\\s*\\.type\\s+(\\w+),@function");
  private static final Pattern FACT = Pattern.compile("; (\\w+): (\\d+).*");

  /** Before and since RDNA 3, which renamed the instructions. */
  private static final Pattern GLOBAL = Pattern.compile("\\s*global_load_(dwordx4|b128)\\s.*");

  private static final Pattern LOCAL = Pattern.compile("\\s*ds_(read|load)_b128\\s.*");

  private AmdAssembly() {}

  static List<Resources> read(String assembly) {
    List<Resources> kernels = new ArrayList<>();
    String function = null;
    boolean kernel = false;
    int registers = 0;
    int scratch = 0;
    int localBytes = 0;
    int global = 0;
    int local = 0;
    for (String line : assembly.lines().toList()) {
      Matcher start = FUNCTION.matcher(line);
      Matcher fact = FACT.matcher(line);
      if (start.matches()) {
        function = start.group(1);
        kernel = false;
        global = 0;
        local = 0;
      } else if (line.strip().equals(".amdhsa_kernel " + function)) {
        kernel = true;
      } else if (GLOBAL.matcher(line).matches()) {
        global++;
      } else if (LOCAL.matcher(line).matches()) {
        local++;
      } else if (kernel && fact.matches()) {
        int value = Integer.parseInt(fact.group(2));
        switch (fact.group(1)) {
          // With the accumulation registers of CDNA, the total comes second.
          case "NumVgprs", "TotalNumVgprs" -> registers = value;
          case "ScratchSize" -> scratch = value;
          case "LDSByteSize" -> localBytes = value;
          case "Occupancy" ->
              kernels.add(
                  new Resources(function, registers, scratch, localBytes, value, global, local));
          default -> {}
        }
      }
    }
    return kernels;
  }
}
