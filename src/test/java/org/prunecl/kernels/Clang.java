package org.prunecl.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.prunecl.opencl.KernelSource;

/** Clang 15 with libclc, which has OpenCL's functions as bitcode for each kind of GPU. */
final class Clang {
  private static final String CLANG = "clang-15";
  private static final Path LIBRARIES = Path.of("/usr/lib/clc");

  private Clang() {}

  static String missing(String library) {
    if (!Command.exists(CLANG)) {
      return CLANG;
    }
    return Files.exists(LIBRARIES.resolve(library)) ? null : "libclc-15";
  }

  /** The assembly of a kernel file, by the library and the options of a target. */
  static String assembly(KernelSource source, Path folder, String library, List<String> target)
      throws CompileException {
    List<String> command = new ArrayList<>(List.of(CLANG, "-x", "cl", "-cl-std=CL1.2", "-O3"));
    command.addAll(List.of("-Xclang", "-finclude-default-header", "-nogpulib"));
    // The library was built for any operating system.
    command.addAll(List.of("-Wno-linker-warnings", "-Xclang", "-mlink-builtin-bitcode"));
    command.addAll(List.of("-Xclang", LIBRARIES.resolve(library).toString()));
    command.addAll(target);
    command.addAll(definitions(source));
    command.addAll(List.of("-S", "-o", "kernel.s", source.file()));
    try {
      Files.writeString(folder.resolve(source.file()), source.text());
      Command.run(folder, Map.of(), command);
      return Files.readString(folder.resolve("kernel.s"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The parameters as a compiler takes them. */
  static List<String> definitions(KernelSource source) {
    return source.parameters().entrySet().stream()
        .map(parameter -> "-D" + parameter.getKey() + "=" + parameter.getValue())
        .toList();
  }
}
