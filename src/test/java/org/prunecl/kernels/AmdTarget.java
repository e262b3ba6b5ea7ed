package org.prunecl.kernels;

import java.nio.file.Path;
import java.util.List;
import org.prunecl.opencl.KernelSource;

/**
 * An AMD GPU, by Clang.
 *
 * @param chip LLVM's name of it
 */
record AmdTarget(String chip) implements Target {
  private static final String LIBRARY = "amdgcn--amdhsa.bc";

  @Override
  public String name() {
    return "AMD " + chip;
  }

  @Override
  public String missing() {
    return Clang.missing(LIBRARY);
  }

  @Override
  public List<Resources> compile(KernelSource source, Path folder) throws CompileException {
    List<String> target = List.of("-target", "amdgcn-amd-amdhsa", "-mcpu=" + chip);
    return AmdAssembly.read(Clang.assembly(source, folder, LIBRARY, target));
  }
}
