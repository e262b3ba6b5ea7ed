package org.prunecl.ops;

import java.util.Map;
import java.util.Optional;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;

/**
 * Dense products: C = epilogue(alpha · op(A) · op(B) + beta · C), op being the matrix or its
 * transpose.
 */
public final class Gemm {
  private final Backend backend;
  private final Tuning tuning;
  private final GpuGemm gpu;

  /** Products on this backend, with the parameters that its tuning has for their shapes. */
  public Gemm(Backend backend) {
    this(backend, backend.tuning());
  }

  /** Products with these parameters, whatever their shapes. */
  public Gemm(Backend backend, GemmTile tile) {
    this(backend, Tuning.fixed(tile));
  }

  private Gemm(Backend backend, Tuning tuning) {
    this(backend, tuning, new GpuGemm(backend, tuning));
  }

  Gemm(Backend backend, GpuGemm gpu) {
    this(backend, backend.tuning(), gpu);
  }

  private Gemm(Backend backend, Tuning tuning, GpuGemm gpu) {
    this.backend = backend;
    this.tuning = tuning;
    this.gpu = gpu;
  }

  /** Builds the kernels of every variant, so that no later call has to. */
  public void prepare() {
    if (!backend.cpu()) {
      gpu.prepare();
      return;
    }
    for (int variant = 0; variant < 4; variant++) {
      boolean transposeA = (variant & 1) != 0;
      boolean transposeB = (variant & 2) != 0;
      tuning
          .tiles(transposeA, transposeB)
          .forEach(tile -> kernel(transposeA, transposeB, (CpuTile) tile, 0));
    }
    vectorKernel(false);
    vectorKernel(true);
  }

  /** Builds what products with a B of so many columns, not transposed, need beside the others. */
  public void prepare(int columns) {
    if (!backend.cpu()) {
      return;
    }
    for (boolean transposeA : new boolean[] {false, true}) {
      for (GemmTile tile : tuning.tiles(transposeA, false)) {
        int direct = direct((CpuTile) tile, false, Matrix.leadingDimension(columns));
        if (direct > 0) {
          kernel(transposeA, false, (CpuTile) tile, direct);
        }
      }
    }
  }

  /** The kernel file of the products that have parameters. */
  static String file(Family family) {
    return family == Family.CPU ? "gemm_cpu.cl" : "gemm_gpu.cl";
  }

  /** Whether a product with so many columns has parameters: a matrix by a vector has none. */
  public static boolean tunable(int n) {
    return n > 1;
  }

  /** The parameters that a product of this shape gets; N is more than 1. */
  public GemmTile tile(boolean transposeA, boolean transposeB, int m, int n, int k) {
    Optional<GemmTile> tile = tuning.tile(new ProductClass(transposeA, transposeB, m, n, k));
    return backend.cpu() ? tile.orElseThrow() : tile.orElseGet(() -> gpu.tile(m, n));
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
    if (!tunable(n)) {
      vector(m, k, alpha, a, transposeA, b, beta, c, epilogue);
    } else {
      CpuTile tile = (CpuTile) tile(transposeA, transposeB, m, n, k);
      int rowsPerGroup = rowsPerGroup(tile, m, n);
      kernel(transposeA, transposeB, tile, direct(tile, transposeB, b.leadingDimension()))
          .launch(
              Range.groups(Range.groups(n, tile.columns()), Range.groups(m, rowsPerGroup), 1, 1),
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

  /** How many vectors wide B is, when it can be read where it lies; else 0. */
  private static int direct(CpuTile tile, boolean transposeB, int leadingDimension) {
    return transposeB ? 0 : tile.vectorsIn(leadingDimension);
  }

  /** Rows of a work-group, a multiple of the tile's: so many groups that the device is busy. */
  private int rowsPerGroup(CpuTile tile, int m, int n) {
    long wanted = (long) tile.groups() * backend.device().computeUnits();
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
   * @param direct how many vectors wide B is, when it is read where it lies; else 0
   */
  private Kernel kernel(boolean transposeA, boolean transposeB, CpuTile tile, int direct) {
    Map<String, Integer> operands =
        Map.of("TRANS_A", transposeA ? 1 : 0, "TRANS_B", transposeB ? 1 : 0);
    KernelSource source =
        KernelSource.of(file(Family.CPU), operands)
            .with("LANES", tile.lanes())
            .with("MR", tile.rows())
            .with("NV", direct > 0 ? direct : tile.vectors())
            .with("KC", tile.depth())
            .with("DIRECT", direct > 0 ? 1 : 0);
    return backend.context().kernel(source, "gemm");
  }

  private Kernel vectorKernel(boolean transposeA) {
    Map<String, Integer> operand = Map.of("TRANS_A", transposeA ? 1 : 0);
    return backend.context().kernel(KernelSource.of("gemv_cpu.cl", operand), "gemv");
  }
}
