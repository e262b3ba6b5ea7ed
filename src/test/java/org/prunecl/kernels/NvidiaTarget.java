package org.prunecl.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.prunecl.opencl.KernelSource;

/**
 * An NVIDIA GPU: Clang writes PTX, and CUDA's ptxas, where it is installed, assembles it.
 *
 * @param chip NVIDIA's name of the instruction set
 */
record NvidiaTarget(String chip) implements Target {
  private static final String LIBRARY = "nvptx64--nvidiacl.bc";

  /** Whether CUDA's assembler is on the path; without it, only the loads are known. */
  static boolean assembles() {
    return Command.exists("ptxas");
  }

  @Override
  public String name() {
    return "NVIDIA " + chip;
  }

  @Override
  public String missing() {
    return Clang.missing(LIBRARY);
  }

  @Override
  public List<Resources> compile(KernelSource source, Path folder) throws CompileException {
    // Clang 15 knows no newer chip; the assembler takes the same PTX for all of them, once it is
    // declared to be of a version that knows them.
    String ptx =
        Clang.assembly(
                source,
                folder,
                LIBRARY,
                List.of(
                    "-target",
                    "nvptx64-nvidia-nvcl",
                    "-Xclang",
                    "-target-cpu",
                    "-Xclang",
                    "sm_80",
                    "-Xclang",
                    "-target-feature",
                    "-Xclang",
                    "+ptx75"))
            .replace(".version 7.5", ".version 7.8");
    if (!assembles()) {
      return NvidiaAssembly.read(ptx, null);
    }
    try {
      Files.writeString(folder.resolve("kernel.ptx"), ptx);
      List<String> ptxas =
          List.of("ptxas", "-v", "-arch=" + chip, "-o", "kernel.cubin", "kernel.ptx");
      return NvidiaAssembly.read(ptx, Command.run(folder, Map.of(), ptxas));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
