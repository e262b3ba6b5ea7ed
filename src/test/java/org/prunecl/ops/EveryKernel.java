package org.prunecl.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.OpenClException;

/**
 * Every kernel file with every set of parameters in use, as the operations themselves ask for them.
 *
 * @param sources what was asked for, built or not
 * @param failures what could not be built
 */
public record EveryKernel(Set<KernelSource> sources, List<OpenClException> failures) {
  private static final List<Consumer<Backend>> OPERATIONS =
      List.of(
          EveryKernel::products,
          EveryKernel::sparseProducts,
          EveryKernel::singleSamples,
          EveryKernel::convolutions,
          backend -> new MaxPool2d(backend).prepare(),
          backend -> new Im2col(backend).prepare(),
          backend -> new Relu(backend).prepare(),
          SoftmaxCrossEntropy::prepare,
          backend -> new Adam(backend).prepare(),
          backend -> new Adam(backend).prepareMasked(),
          Samples::prepare,
          backend -> new Reduce(backend).prepare(),
          backend -> new Magnitude(backend).prepare(),
          backend -> new Scores(backend).prepare(),
          backend -> new Transpose(backend).prepare(),
          Peak::prepare,
          LoopCheck::prepare,
          Elementwise::prepareFill);

  /** Builds all kernels of the backend's family; a fresh backend's, so that no others are there. */
  public static EveryKernel build(Backend backend) {
    List<OpenClException> failures = new ArrayList<>();
    for (Consumer<Backend> operation : OPERATIONS) {
      try {
        operation.accept(backend);
      } catch (OpenClException e) {
        failures.add(e);
      }
    }
    return new EveryKernel(backend.context().sources(), List.copyOf(failures));
  }

  private static void sparseProducts(Backend backend) {
    for (SparseForm form : SparseForm.values()) {
      for (int batch : new int[] {1, 16, 32, 128, 1000}) {
        if (form.suits(backend, 1, batch)) {
          form.prepare(backend, batch);
        }
      }
    }
  }

  private static void singleSamples(Backend backend) {
    if (DenseColumns.suits(backend, 2, 1)) {
      DenseColumns.prepare(backend);
    }
    if (Chain.suits(backend, 2)) {
      Chain.prepare(backend, 1);
      // Slices of a quarter, half, one, one and a half, two, three and four vectors of 16 lanes.
      int units = backend.device().computeUnits();
      for (int batch : new int[] {2, 4, 8, 8 * units, 16 * units, 24 * units, 32 * units}) {
        Chain.prepare(backend, batch);
        Chain.prepare(backend, 2 * batch);
      }
    }
  }

  private static void convolutions(Backend backend) {
    for (int lanes : backend.cpu() ? new int[] {8, 16} : new int[] {4}) {
      new Conv2d(backend, lanes).prepare();
    }
  }

  private static void products(Backend backend) {
    if (backend.cpu()) {
      for (CpuTile tile :
          List.of(
              CpuTile.SIXTEEN_REGISTERS,
              CpuTile.THIRTY_TWO_REGISTERS,
              new CpuTile(8, 3, 16, 2048, 16))) {
        Gemm gemm = new Gemm(backend, tile);
        gemm.prepare();
        gemm.prepareAdam(false);
        gemm.prepareAdam(true);
        for (int columns = 16; columns <= tile.columns(); columns += 16) {
          gemm.prepare(columns);
        }
      }
    } else {
      GpuTile.candidates().stream()
          .filter(tile -> tile.runsOn(backend.device()))
          .forEach(tile -> new Gemm(backend, tile).prepare());
    }
  }
}
