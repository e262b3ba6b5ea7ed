package org.prunecl.kernels;

import java.util.stream.Collectors;
import org.prunecl.opencl.KernelSource;

/**
 * A kernel file with its parameters.
 *
 * @param source what is compiled
 * @param gpu whether the GPU family uses it, alone or along with the CPU family
 */
record Program(KernelSource source, boolean gpu) {
  /** The parameters for people: {@code "TRANS_A=0 TRANS_B=1"}. */
  String parameters() {
    return source.parameters().entrySet().stream()
        .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
        .collect(Collectors.joining(" "));
  }

  @Override
  public String toString() {
    return (source.file() + " " + parameters()).strip();
  }
}
