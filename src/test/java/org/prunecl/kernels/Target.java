package org.prunecl.kernels;

import java.nio.file.Path;
import java.util.List;
import org.prunecl.opencl.KernelSource;

/** A GPU that kernels can be compiled for without having one. */
interface Target {
  /** Every target that is compiled for where its compiler is installed. */
  List<Target> ALL =
      List.of(
          new AmdTarget("gfx90a"),
          new AmdTarget("gfx1030"),
          new AmdTarget("gfx1100"),
          new NvidiaTarget("sm_80"),
          new NvidiaTarget("sm_90"),
          new IntelTarget("dg2"),
          new IntelTarget("pvc"));

  /** What people call it, such as {@code "AMD gfx90a"}. */
  String name();

  /** The program or file that is missing here, or null when kernels can be compiled. */
  String missing();

  /**
   * Compiles every kernel of a file.
   *
   * @param folder an empty folder for the compiler's files
   * @throws CompileException when the compiler refuses it
   */
  List<Resources> compile(KernelSource source, Path folder) throws CompileException;
}
