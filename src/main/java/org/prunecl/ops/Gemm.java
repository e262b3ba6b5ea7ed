package org.prunecl.ops;

import java.util.Map;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;

/**
 * Dense products: C = epilogue(alpha · op(A) · op(B) + beta · C), op being the matrix or its
 * transpose.
 */
public final class Gemm {
  /** Enough that uneven groups even out; each copies its panel of B, so not more. */
  private static final int GROUPS_PER_UNIT = 8;

  private final Backend backend;
  private final CpuTile tile;
  private final GpuGemm gpu;

  /** Products on this backend. */
  public Gemm(Backend backend) {
    this(backend, CpuTile.of(backend.device()), new GpuGemm(backend));
  }

  Gemm(Backend backend, CpuTile tile) {
    this(backend, tile, null);
  }

  Gemm(Backend backend, GpuTile tile) {
    this(backend, new GpuGemm(backend, tile));
  }

  Gemm(Backend backend, GpuGemm gpu) {
    this(backend, null, gpu);
  }

  private Gemm(Backend backend, CpuTile tile, GpuGemm gpu) {
    this.backend = backend;
    this.tile = tile;
    this.gpu = gpu;
  }

  /** Builds the kernels of every variant, so that no later call has to. */
  public void prepare() {
    if (!backend.cpu()) {
      gpu.prepare();
      return;
    }
    for (int variant = 0; variant < 4; variant++) {
      kernel((variant & 1) != 0, (variant & 2) != 0, 0);
    }
    vectorKernel(false);
    vectorKernel(true);
  }

  /** Builds what products with a B of so many columns, not transposed, need beside the others. */
  public void prepare(int columns) {
    int direct = direct(false, Matrix.leadingDimension(columns));
    if (direct > 0) {
      kernel(false, false, direct);
      kernel(true, false, direct);
    }
  }

  /** C = epilogue(A · B), neither operand transposed. */
  public void multiply(Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
    multiply(1f, a, false, b, false, 0f, c, epilogue);
  }

  /**
   * C = epilogue(alpha · op(A) · op(B) + beta · C). With beta 0 the old contents of C are not read.
   *
   * @param a M × K, or K × M when transposed
   * @param b K × N, or N × K when transposed
   * @param c M × N; must not be an operand
   * @throws IllegalArgumentException when the shapes don't fit
   */
  public void multiply(
      float alpha,
      Matrix a,
      boolean transposeA,
      Matrix b,
      boolean transposeB,
      float beta,
      Matrix c,
      Epilogue epilogue) {
    int m = transposeA ? a.columns() : a.rows();
    int k = transposeA ? a.rows() : a.columns();
    int n = transposeB ? b.rows() : b.columns();
    if (k != (transposeB ? b.columns() : b.rows()) || c.rows() != m || c.columns() != n) {
      throw new IllegalArgumentException(
          String.format(
              "Shapes don't fit: %s%s times %s%s into %s",
              a, transposeA ? " transposed" : "", b, transposeB ? " transposed" : "", c));
    }
    if (!backend.cpu()) {
      gpu.multiply(m, n, k, alpha, a, transposeA, b, transposeB, beta, c, epilogue);
      return;
    }
    if (n == 1) {
      vector(m, k, alpha, a, transposeA, b, beta, c, epilogue);
    } else {
      int rowsPerGroup = rowsPerGroup(m, n);
      kernel(transposeA, transposeB, direct(transposeB, b.leadingDimension()))
          .launch(
              range(m, n, rowsPerGroup),
              m,
              n,
              k,
              alpha,
              a.buffer(),
              a.leadingDimension(),
              b.buffer(),
              b.leadingDimension(),
              c.buffer(),
              c.leadingDimension(),
              rowsPerGroup,
              beta,
              epilogue.biasBuffer(m),
              epilogue.reluFlag(),
              epilogue.gateBuffer(c));
      return;
    }
    if (epilogue.gate() != null) {
      new Relu(backend).backward(epilogue.gate(), c);
    }
  }

  /** How many vectors wide B is, when a CPU can read it where it lies; else 0. */
  private int direct(boolean transposeB, int leadingDimension) {
    return backend.cpu() && !transposeB ? tile.vectorsIn(leadingDimension) : 0;
  }

  private Range range(int m, int n, int rowsPerGroup) {
    return Range.groups(Range.groups(n, tile.columns()), Range.groups(m, rowsPerGroup), 1, 1);
  }

  /** Rows of a work-group, a multiple of the tile's: so many groups that the device is busy. */
  private int rowsPerGroup(int m, int n) {
    long wanted = GROUPS_PER_UNIT * (long) backend.device().computeUnits();
    long blocks = Range.groups(wanted, Range.groups(n, tile.columns()));
    return (int) Range.groups(Range.groups(m, blocks), tile.rows()) * tile.rows();
  }

  /**
   * A result of one column. op(B) is then contiguous whether B is a single column or a single row.
   */
  private void vector(
      int m,
      int k,
      float alpha,
      Matrix a,
      boolean transposeA,
      Matrix x,
      float beta,
      Matrix y,
      Epilogue epilogue) {
    int blockRows = (int) Range.groups(Range.groups(m, backend.wantedGroups()), 32) * 32;
    vectorKernel(transposeA)
        .launch(
            Range.of(Range.groups(m, blockRows), 1),
            m,
            k,
            alpha,
            a.buffer(),
            a.leadingDimension(),
            x.buffer(),
            beta,
            y.buffer(),
            epilogue.biasBuffer(m),
            epilogue.reluFlag(),
            blockRows);
  }

  /**
   * @param direct how many vectors wide B is, when a CPU reads it where it lies; else 0
   */
  private Kernel kernel(boolean transposeA, boolean transposeB, int direct) {
    Map<String, Integer> operands =
        Map.of("TRANS_A", transposeA ? 1 : 0, "TRANS_B", transposeB ? 1 : 0);
    KernelSource source =
        KernelSource.of("gemm_cpu.cl", operands)
            .with("LANES", tile.lanes())
            .with("MR", tile.rows())
            .with("NV", direct > 0 ? direct : tile.vectors())
            .with("KC", CpuTile.DEPTH)
            .with("DIRECT", direct > 0 ? 1 : 0);
    return backend.context().kernel(source, "gemm");
  }

  private Kernel vectorKernel(boolean transposeA) {
    Map<String, Integer> operand = Map.of("TRANS_A", transposeA ? 1 : 0);
    return backend.context().kernel(KernelSource.of("gemv_cpu.cl", operand), "gemv");
  }
}
