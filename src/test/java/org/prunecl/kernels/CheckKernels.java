package org.prunecl.kernels;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.prunecl.PruneClException;
import org.prunecl.opencl.KernelSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command. */
@Command(
    name = "scripts/check-kernels",
    description =
        "Compiles every kernel, with all parameters in use, by every compiler of this machine.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every kernel compiles, none of the GPU family spills, its products load 16 bytes at a"
          + " time",
      "1:one of them does not",
      "2:wrong usage",
      "3:no OpenCL device to ask the operations for their kernels with"
    })
public final class CheckKernels implements Callable<Integer> {
  @Option(names = "--quiet", description = "Prints faults and the summary alone.")
  private boolean quiet;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes all findings as JSON.")
  private Path json;

  @Spec private CommandSpec spec;

  /** Runs the command. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new CheckKernels()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<Driver> drivers;
    try {
      drivers = Driver.all();
    } catch (PruneClException e) {
      return fail(3, e.getMessage(), e.remedy());
    }
    List<Program> programs = programs(drivers);
    if (programs.isEmpty()) {
      return fail(3, "No OpenCL device builds kernels here.", "Run scripts/setup --dev.");
    }
    List<Finding> findings = compile(programs);
    Report report = new Report(drivers, programs, findings);
    if (!quiet) {
      out.println(report.table());
    }
    out.print(report.summary());
    out.flush();
    if (json != null) {
      report.write(json);
    }
    return report.faults().isEmpty() ? 0 : 1;
  }

  private int fail(int exitCode, String cause, String remedy) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("check-kernels: " + cause);
    err.println("  " + remedy);
    return exitCode;
  }

  /** What any device was asked to build, by file and parameters. */
  private static List<Program> programs(List<Driver> drivers) {
    Set<KernelSource> gpu = new HashSet<>();
    Set<KernelSource> all = new HashSet<>();
    for (Driver driver : drivers) {
      gpu.addAll(driver.gpu());
      all.addAll(driver.gpu());
      all.addAll(driver.cpu());
    }
    return all.stream()
        .map(source -> new Program(source, gpu.contains(source)))
        .sorted(Comparator.comparing(Program::toString))
        .toList();
  }

  private static List<Finding> compile(List<Program> programs) throws IOException {
    Path folder = Files.createTempDirectory("check-kernels");
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<List<Finding>>> jobs = new ArrayList<>();
      for (Program program : programs) {
        for (Target target : Target.ALL) {
          if (target.missing() == null) {
            Path job = Files.createDirectory(folder.resolve(Integer.toString(jobs.size())));
            jobs.add(threads.submit(() -> compile(program, target, job)));
          }
        }
      }
      List<Finding> findings = new ArrayList<>();
      for (Future<List<Finding>> job : jobs) {
        findings.addAll(job.get());
      }
      return findings;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while compiling", e);
    } finally {
      threads.shutdownNow();
      delete(folder);
    }
  }

  private static List<Finding> compile(Program program, Target target, Path folder) {
    try {
      return target.compile(program.source(), folder).stream()
          .map(resources -> Finding.of(program, target.name(), resources))
          .toList();
    } catch (CompileException e) {
      return List.of(Finding.refused(program, target.name(), e));
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(CheckKernels::deleteFile);
    }
  }

  private static void deleteFile(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
