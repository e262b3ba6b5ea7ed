package org.prunecl.ops;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;

/**
 * Dense products by the GPU family's kernels. Chooses a tile by the result's shape, and cuts the
 * inner dimension into parts where the result alone has too few tiles to keep the device busy.
 */
final class GpuGemm {
  private static final int VECTOR_LOCAL = 64;
  private static final int SUM_LOCAL = 64;

  /**
   * Work-groups for each compute unit, below which a result is cut into more of them: one computes
   * while another waits for memory or at a barrier.
   */
  private static final int GROUPS_PER_UNIT = 2;

  /**
   * The least depth of a part: a part's tile is written and read once more, which should remain
   * less than the operands that are read for it.
   */
  private static final int LEAST_PART = 128;

  private final Backend backend;
  private final Tuning tuning;
  private final long wantedGroups;
  private final int leastPart;

  /** Products with the tuned tile, or, where there is none, with the one that suits the shape. */
  GpuGemm(Backend backend, Tuning tuning) {
    this(backend, tuning, GROUPS_PER_UNIT * (long) backend.device().computeUnits(), LEAST_PART);
  }

  /** Products for a device that so many work-groups keep busy, in parts no less deep than this. */
  GpuGemm(Backend backend, Tuning tuning, long wantedGroups, int leastPart) {
    this.backend = backend;
    this.tuning = tuning;
    this.wantedGroups = wantedGroups;
    this.leastPart = leastPart;
  }

  /** Builds the kernels of every variant, so that no later call has to. */
  void prepare() {
    for (int variant = 0; variant < 4; variant++) {
      boolean transposeA = (variant & 1) != 0;
      boolean transposeB = (variant & 2) != 0;
      Set<GemmTile> tiles = new LinkedHashSet<>(tuning.tiles(transposeA, transposeB));
      if (!tuning.complete()) {
        tiles.addAll(GpuTile.DEFAULTS);
      }
      for (GemmTile tile : tiles) {
        KernelSource source = source((GpuTile) tile, transposeA, transposeB);
        backend.context().kernel(source, "gemm");
        backend.context().kernel(source, "gemm_sum");
      }
    }
    vectorKernel(false);
    vectorKernel(true);
  }

  /** As {@link Gemm#multiply}, the shapes having been checked. */
  void multiply(
      int m,
      int n,
      int k,
      float alpha,
      Matrix a,
      boolean transposeA,
      Matrix b,
      boolean transposeB,
      float beta,
      Matrix c,
      Epilogue epilogue) {
    if (n == 1) {
      vector(m, k, alpha, a, transposeA, b, beta, c, epilogue);
      return;
    }
    DeviceBuffer bias = epilogue.biasBuffer(m);
    DeviceBuffer gate = epilogue.gateBuffer(c);
    GpuTile chosen = tile(transposeA, transposeB, m, n, k);
    KernelSource source = source(chosen, transposeA, transposeB);
    int ldc = c.leadingDimension();
    int part = part(chosen, m, n, k);
    int parts = (int) Range.groups(k, part);
    boolean whole = parts == 1;
    DeviceBuffer result =
        whole ? c.buffer() : backend.scratch((long) Float.BYTES * parts * m * ldc);
    backend
        .context()
        .kernel(source, "gemm")
        .launch(
            range(chosen, m, n, parts),
            m,
            n,
            k,
            part,
            whole ? alpha : 1f,
            a.buffer(),
            a.leadingDimension(),
            b.buffer(),
            b.leadingDimension(),
            whole ? beta : 0f,
            result,
            ldc,
            whole ? bias : null,
            whole ? epilogue.reluFlag() : 0,
            whole ? gate : null);
    if (!whole) {
      backend
          .context()
          .kernel(source, "gemm_sum")
          .launch(
              Range.of((long) m * Range.groups(n, 4), SUM_LOCAL),
              m,
              n,
              parts,
              result,
              alpha,
              beta,
              c.buffer(),
              ldc,
              bias,
              epilogue.reluFlag(),
              gate);
    }
  }

  /** The parameters that a product of this shape gets. */
  GpuTile tile(boolean transposeA, boolean transposeB, int m, int n, int k) {
    return (GpuTile)
        tuning.tile(new ProductClass(transposeA, transposeB, m, n, k)).orElseGet(() -> tile(m, n));
  }

  /**
   * The largest tile that still makes enough work-groups, else the middle one; the small one where
   * more than half of a larger one would lie outside the result.
   */
  GpuTile tile(int m, int n) {
    if (Math.min(m, n) <= GpuTile.SMALL.rows()) {
      return GpuTile.SMALL;
    }
    return groups(GpuTile.LARGE, m, n) >= wantedGroups ? GpuTile.LARGE : GpuTile.MEDIUM;
  }

  /** How deep each part of the product is: all of K, or a multiple of the tile's depth. */
  int part(GpuTile chosen, int m, int n, int k) {
    long parts = Math.min(wantedGroups / groups(chosen, m, n), k / leastPart);
    return parts < 2
        ? k
        : (int) Range.groups(Range.groups(k, parts), chosen.depth()) * chosen.depth();
  }

  private static long groups(GpuTile tile, int m, int n) {
    return Range.groups(m, tile.rows()) * Range.groups(n, tile.columns());
  }

  private static Range range(GpuTile tile, int m, int n, int parts) {
    long x = Range.groups(n, tile.columns()) * tile.itemsX();
    long y = Range.groups(m, tile.rows()) * tile.itemsY();
    return new Range(new long[] {x, y, parts}, new long[] {tile.itemsX(), tile.itemsY(), 1});
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
    long items = transposeA ? m : (long) m * VECTOR_LOCAL;
    vectorKernel(transposeA)
        .launch(
            Range.of(items, VECTOR_LOCAL),
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
            epilogue.gateBuffer(y));
  }

  private static KernelSource source(GpuTile tile, boolean transposeA, boolean transposeB) {
    return KernelSource.of("gemm_gpu.cl", tile.parameters())
        .with("TRANS_A", transposeA ? 1 : 0)
        .with("TRANS_B", transposeB ? 1 : 0);
  }

  private Kernel vectorKernel(boolean transposeA) {
    KernelSource source =
        KernelSource.of(
            "gemv_gpu.cl", Map.of("TRANS_A", transposeA ? 1 : 0, "LOCAL", VECTOR_LOCAL));
    return backend.context().kernel(source, "gemv");
  }
}
