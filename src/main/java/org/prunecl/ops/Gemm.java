package org.prunecl.ops;

/**
 * Dense products: C = epilogue(alpha · op(A) · op(B) + beta · C), op being the matrix or its
 * transpose.
 */
public final class Gemm {
  private final Backend backend;
  private final CpuGemm cpu;
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
    this.cpu = new CpuGemm(backend, tuning);
    this.gpu = gpu;
  }

  /** Builds the kernels of every variant, so that no later call has to. */
  public void prepare() {
    if (backend.cpu()) {
      cpu.prepare();
    } else {
      gpu.prepare();
    }
  }

  /** Builds what products with a B of so many columns, not transposed, need beside the others. */
  public void prepare(int columns) {
    if (backend.cpu()) {
      cpu.prepare(columns);
    }
  }

  /** Builds the kernels of products that end in a step of Adam, where the device has such. */
  void prepareAdam(boolean masked) {
    if (backend.cpu()) {
      cpu.prepareAdam(masked);
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
    return backend.cpu()
        ? cpu.tile(transposeA, transposeB, m, n, k)
        : gpu.tile(transposeA, transposeB, m, n, k);
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
    checkShapes(a, transposeA, b, transposeB, c);
    int m = c.rows();
    int n = c.columns();
    int k = transposeA ? a.rows() : a.columns();
    if (backend.cpu()) {
      cpu.multiply(m, n, k, alpha, a, transposeA, b, transposeB, beta, c, epilogue);
    } else {
      gpu.multiply(m, n, k, alpha, a, transposeA, b, transposeB, beta, c, epilogue);
    }
  }

  /** Whether {@link #adam} has a kernel for gradients M × N that are sums of K products. */
  boolean fusesAdam(int m, int n, int k) {
    return backend.cpu() && cpu.fusesAdam(m, n, k);
  }

  /** A step of Adam whose gradient is A · Bᵀ; the gradient itself is never stored. */
  void adam(Matrix a, Matrix b, Matrix weights, Matrix first, Matrix second, Adam.Update update) {
    checkShapes(a, false, b, true, weights);
    cpu.adam(a, b, weights, first, second, update);
  }

  private static void checkShapes(
      Matrix a, boolean transposeA, Matrix b, boolean transposeB, Matrix c) {
    int m = transposeA ? a.columns() : a.rows();
    int k = transposeA ? a.rows() : a.columns();
    int n = transposeB ? b.rows() : b.columns();
    if (k != (transposeB ? b.columns() : b.rows()) || c.rows() != m || c.columns() != n) {
      throw new IllegalArgumentException(
          String.format(
              "Shapes don't fit: %s%s times %s%s into %s",
              a, transposeA ? " transposed" : "", b, transposeB ? " transposed" : "", c));
    }
  }
}
