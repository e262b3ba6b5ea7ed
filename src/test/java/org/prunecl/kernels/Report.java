package org.prunecl.kernels;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What all compilers made of all kernels.
 *
 * @param drivers the OpenCL devices of this machine
 * @param programs the kernel files with their parameters
 * @param findings what the GPU compilers found
 */
record Report(List<Driver> drivers, List<Program> programs, List<Finding> findings) {
  /** Everything that is wrong, a line each. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    for (Driver driver : drivers) {
      driver.faults().forEach(fault -> faults.add(driver.platform() + ": " + fault));
    }
    for (Finding finding : findings) {
      if (finding.fault() != null) {
        faults.add(finding.target() + ": " + finding.program() + " " + finding.fault());
      }
    }
    return faults;
  }

  /** A row for each kernel of the GPU family on each GPU. */
  String table() {
    StringBuilder table = new StringBuilder();
    line(table, "", "", "", "regi-", "spill", "local", "", "16-byte", "loads", "");
    line(
        table,
        "kernel",
        "parameters",
        "target",
        "sters",
        "bytes",
        "bytes",
        "waves",
        "global",
        "local",
        "");
    for (Finding finding : findings) {
      Resources r = finding.resources();
      if (finding.program().gpu() && r != null) {
        line(
            table,
            finding.program().source().file() + " " + r.kernel(),
            finding.program().parameters(),
            finding.target(),
            text(r.registers()),
            text(r.privateBytes()),
            text(r.localBytes()),
            text(r.waves()),
            r.globalLoads16(),
            r.localLoads16(),
            finding.fault() == null ? "" : "FAULT: " + finding.fault());
      }
    }
    return table.toString();
  }

  private static void line(StringBuilder table, Object... cells) {
    table
        .append(
            String.format("%-46s %-20s %-12s %5s %6s %6s %5s %6s %6s  %s", cells).stripTrailing())
        .append('\n');
  }

  private static String text(Integer value) {
    return value == null ? "-" : value.toString();
  }

  /** What was compiled by what, which compilers were absent, and the faults. */
  String summary() {
    StringBuilder summary = new StringBuilder();
    for (Driver driver : drivers) {
      summary.append(
          String.format(
              "%s: %d programs of both families, faults: %d (%s)%n",
              Driver.EXPECTED.getOrDefault(driver.platform(), driver.platform()),
              driver.programs(),
              driver.faults().size(),
              driver.device()));
      driver.unused().forEach(why -> summary.append("  left out: ").append(why).append('\n'));
    }
    long gpu = programs.stream().filter(Program::gpu).count();
    for (Target target : Target.ALL) {
      if (target.missing() == null) {
        summary.append(
            String.format(
                "%s: %d programs of the GPU family; %d more, of the CPU family, need only"
                    + " compile%s%n",
                target.name(), gpu, programs.size() - gpu, withoutRoom(target.name())));
      }
    }
    absent().forEach(line -> summary.append("absent: ").append(line).append('\n'));
    faults().forEach(fault -> summary.append("FAULT: ").append(fault).append('\n'));
    summary.append("faults: ").append(faults().size()).append('\n');
    return summary.toString();
  }

  private String withoutRoom(String target) {
    long count =
        findings.stream()
            .filter(finding -> finding.target().equals(target))
            .filter(finding -> finding.resources() == null && finding.fault() == null)
            .count();
    return count == 0 ? "" : "; " + count + " of these take more private memory than it has";
  }

  private List<String> absent() {
    Stream<String> targets =
        Target.ALL.stream()
            .filter(target -> target.missing() != null)
            .map(target -> target.missing() + ", so nothing was compiled for " + target.name());
    Stream<String> assembler =
        NvidiaTarget.assembles()
            ? Stream.empty()
            : Stream.of("ptxas (CUDA's), so registers and spills on NVIDIA's GPUs are not known");
    return Stream.of(Driver.absent(drivers).stream(), targets, assembler)
        .flatMap(lines -> lines)
        .toList();
  }

  /** Writes everything as one JSON document. */
  void write(Path file) throws IOException {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = mapper.createObjectNode().put("schema", 1);
    ArrayNode devices = root.putArray("drivers");
    for (Driver driver : drivers) {
      devices
          .addObject()
          .put("platform", driver.platform())
          .put("device", driver.device())
          .put("programs", driver.programs());
    }
    ArrayNode kernels = root.putArray("kernels");
    for (Finding finding : findings) {
      ObjectNode row =
          kernels
              .addObject()
              .put("file", finding.program().source().file())
              .put("parameters", finding.program().parameters())
              .put("family", finding.program().gpu() ? "gpu" : "cpu")
              .put("target", finding.target());
      if (finding.resources() != null) {
        row.setAll((ObjectNode) mapper.valueToTree(finding.resources()));
      }
      row.put("fault", finding.fault());
    }
    mapper.valueToTree(absent()).forEach(root.putArray("absent")::add);
    mapper.valueToTree(faults()).forEach(root.putArray("faults")::add);
    mapper.writeValue(file.toFile(), root);
  }
}
