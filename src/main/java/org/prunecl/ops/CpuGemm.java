package org.prunecl.ops;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;

/** The dense product by the CPU family's kernels. */
final class CpuGemm {
  /** Columns of a piece at most, of 16 lanes: more gain nothing. */
  private static final int MOST_COLUMNS = 1024;

  /** Panels of a piece at most, of 8 lanes. */
  private static final int MOST_PANELS = 16;

  /** Rows that repay copying panels. */
  private static final int GOOD_ROWS = 24;

  /**
   * The same where A is transposed: a piece's first rows aren't asked for by one before, and wait.
   * Half of that where there are few.
   */
  private static final int GOOD_COLUMNS = 96;

  /** Rows of a piece whose sums are cut into blocks: it copies its panels anew for each block. */
  private static final int LONG_PIECE = 2048;

  /** Floats of a line of the caches. */
  private static final int LINE = 16;

  /**
   * Where A is transposed each step of a sum reads another page. Processors remember where some
   * 1500 are.
   */
  private static final int FEW_PAGES = 1280;

  /** Rows of A so far apart compete for the same lines of a cache: 4 KiB, in floats. */
  private static final int SAME_LINES = 1024;

  /** Depth of blocks that leave most of what they read in the caches. */
  private static final int SHALLOW = 128;

  private static final String VECTOR = "gemv";
  private static final KernelSource PLAIN_VECTOR =
      KernelSource.of("gemv_cpu.cl").with("TRANS_A", 0);
  private static final KernelSource TRANSPOSED_VECTOR = PLAIN_VECTOR.with("TRANS_A", 1);

  private final Backend backend;
  private final Tuning tuning;
  private final Map<Shape, Plan> plans = new HashMap<>();

  CpuGemm(Backend backend, Tuning tuning) {
    this.backend = backend;
    this.tuning = tuning;
  }

  /** Builds the kernels of every variant, so that no later call has to. */
  void prepare() {
    LoopCheck.prepare(backend);
    for (int variant = 0; variant < 4; variant++) {
      boolean transposeA = (variant & 1) != 0;
      boolean transposeB = (variant & 2) != 0;
      tuning
          .tiles(transposeA, transposeB)
          .forEach(tile -> kernel(source(transposeA, transposeB, (CpuTile) tile, false)));
    }
    for (boolean transposeA : new boolean[] {false, true}) {
      backend.context().kernel(vectorSource(transposeA), VECTOR);
    }
  }

  /** Builds what products with a B of so many columns, not transposed, need beside the others. */
  void prepare(int columns) {
    if (columns == 1) {
      backend.context().prepareShort(vectorSource(false), VECTOR);
    }
    for (boolean transposeA : new boolean[] {false, true}) {
      for (GemmTile tile : tuning.tiles(transposeA, false)) {
        int direct = direct((CpuTile) tile, false, Matrix.leadingDimension(columns));
        if (direct > 0) {
          kernel(source(transposeA, false, ((CpuTile) tile).narrowed(direct), true));
        }
      }
    }
  }

  /** Builds the kernels of {@link #adam}. */
  void prepareAdam(boolean masked) {
    tuning.tiles(false, true).forEach(tile -> kernel(adamSource((CpuTile) tile, masked)));
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
    if (!Gemm.tunable(n)) {
      vector(m, k, alpha, a, transposeA, b, beta, c, epilogue);
      if (epilogue.gate() != null) {
        new Relu(backend).backward(epilogue.gate(), c);
      }
      return;
    }
    // A single column lies as a single row does.
    boolean byColumns = transposeA && m > 1;
    Plan plan = plan(byColumns, transposeB, m, n, k, Ending.STORED);
    backend
        .tickets()
        .launch(
            plan.kernel(),
            plan.blocks.count(),
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
            plan.blocks.rows,
            plan.blocks.panels,
            plan.blocks.down,
            plan.depth,
            beta,
            epilogue.biasBuffer(m),
            epilogue.reluFlag(),
            epilogue.gateBuffer(c));
  }

  /** Of the blocks that a sum over the rows of a transposed A is cut into. */
  private static int depth(CpuTile tile, int k, int leadingDimension) {
    return k > FEW_PAGES || leadingDimension % SAME_LINES == 0
        ? Math.min(SHALLOW, tile.depth())
        : tile.depth();
  }

  /** The parameters that a product of this shape gets. */
  CpuTile tile(boolean transposeA, boolean transposeB, int m, int n, int k) {
    return (CpuTile) tuning.tile(new ProductClass(transposeA, transposeB, m, n, k)).orElseThrow();
  }

  /** Whether {@link #adam} can take this product: summed in one go, and more than a vector. */
  boolean fusesAdam(int m, int n, int k) {
    return Gemm.tunable(n) && k <= plan(false, true, m, n, k, Ending.ADAM).tile.depth();
  }

  /** A step of Adam whose gradient is A · Bᵀ; the gradient itself is never stored. */
  void adam(Matrix a, Matrix b, Matrix weights, Matrix first, Matrix second, Adam.Update update) {
    int m = weights.rows();
    int n = weights.columns();
    int k = a.columns();
    Ending ending = update.masked() ? Ending.MASKED_ADAM : Ending.ADAM;
    Plan plan = plan(false, true, m, n, k, ending);
    backend
        .tickets()
        .launch(
            plan.kernel(),
            plan.blocks.count(),
            update.after(
                m,
                n,
                k,
                1f,
                a.buffer(),
                a.leadingDimension(),
                b.buffer(),
                b.leadingDimension(),
                weights.buffer(),
                weights.leadingDimension(),
                plan.blocks.rows,
                plan.blocks.panels,
                plan.blocks.down,
                plan.depth,
                first.buffer(),
                second.buffer()));
  }

  /** What becomes of the sums. */
  private enum Ending {
    STORED,
    ADAM,
    MASKED_ADAM
  }

  /** What a {@link Plan} follows from. */
  private record Shape(boolean byColumns, boolean transposeB, int m, int n, int k, Ending ending) {}

  /**
   * How products of one shape are launched, worked out for the first of them. The host shares the
   * processor with the device's threads, so that a launch is to take it little time, also while the
   * JVM still interprets.
   */
  private final class Plan {
    final CpuTile tile;

    /** Of the blocks that a sum is cut into. */
    final int depth;

    final Blocks blocks;
    private final KernelSource source;
    private Kernel kernel;

    Plan(Shape shape) {
      boolean byColumns = shape.byColumns;
      int m = shape.m;
      int n = shape.n;
      int k = shape.k;
      CpuTile wide = tile(byColumns, shape.transposeB, m, n, k);
      int direct = direct(wide, shape.transposeB, Matrix.leadingDimension(n));
      tile = direct > 0 ? wide.narrowed(direct) : wide;
      depth = byColumns ? depth(tile, k, Matrix.leadingDimension(m)) : tile.depth();
      boolean inBlocks = byColumns && direct == 0 && depth < k && backend.longLoops();
      blocks =
          (inBlocks ? longBlocks(tile, m, n) : Optional.<Blocks>empty())
              .orElseGet(() -> blocks(tile, byColumns, shape.transposeB, m, n, k));
      source =
          shape.ending == Ending.STORED
              ? source(byColumns, shape.transposeB, tile, direct > 0)
              : adamSource(tile, shape.ending == Ending.MASKED_ADAM);
    }

    /** Built when first asked for. */
    Kernel kernel() {
      if (kernel == null) {
        kernel = CpuGemm.this.kernel(source);
      }
      return kernel;
    }
  }

  private Plan plan(boolean byColumns, boolean transposeB, int m, int n, int k, Ending ending) {
    return plans.computeIfAbsent(new Shape(byColumns, transposeB, m, n, k, ending), Plan::new);
  }

  /** How many vectors wide B is, when it can be read where it lies; else 0. */
  private static int direct(CpuTile tile, boolean transposeB, int leadingDimension) {
    return transposeB ? 0 : tile.vectorsIn(leadingDimension);
  }

  /**
   * Pieces of C.
   *
   * @param rows of each, whole tiles
   * @param panels of each, side by side
   * @param across pieces side by side
   * @param down pieces below one another
   */
  private record Blocks(int rows, int panels, int across, int down) {
    /**
     * @param lines whether no two pieces share a line of A, which is stored transposed
     */
    static Blocks of(CpuTile tile, boolean lines, int m, int n, long panels, long down) {
      int step = tile.rows();
      if (lines) {
        step *= LINE / Math.min(LINE, Integer.lowestOneBit(step));
      }
      int rows = (int) Range.groups(Range.groups(m, down), step) * step;
      return new Blocks(
          rows,
          (int) panels,
          (int) Range.groups(n, panels * tile.columns()),
          (int) Range.groups(m, rows));
    }

    int count() {
      return across * down;
    }
  }

  /**
   * So many pieces that uneven ones even out, of several panels side by side, as many as fit, or as
   * fit half of that room where A is transposed: A is then read once for all of them, and C touched
   * in longer stretches. In the end every group copies every panel, so pieces have rows that repay
   * it, but there is one for each compute unit. Of a transposed A no two pieces share a line, if
   * there are enough of them.
   */
  private Blocks blocks(CpuTile tile, boolean byColumns, boolean transposeB, int m, int n, int k) {
    long units = backend.device().computeUnits();
    long wanted = tile.groups() * units;
    long width = Range.groups(n, tile.columns());
    // The lines of a transposed A serve several tiles, and share the cache with the panels.
    int depth = byColumns ? tile.depth() / 2 : tile.depth();
    long fitting = Math.max(1, depth / (Range.groups(k, 16) * 16));
    long most = tile.lanes() == 16 ? Range.groups(MOST_COLUMNS, tile.columns()) : MOST_PANELS;
    long across = Range.groups(width, Math.min(most, fitting));
    if (!transposeB) {
      long panels = Range.groups(width, across);
      across = Range.groups(width, panels);
      long pieces = Range.groups(m, GOOD_COLUMNS);
      if (m < 8 * GOOD_COLUMNS || pieces * across < 4 * units) {
        pieces = Range.groups(m, GOOD_COLUMNS / 2);
      }
      if (byColumns && pieces * across >= 4 * units) {
        long down = Math.min(pieces, Range.groups(wanted, across));
        return Blocks.of(tile, true, m, n, panels, down);
      }
      long down = Math.max(Range.groups(wanted, across), Math.min(wanted, m / GOOD_ROWS));
      return Blocks.of(tile, false, m, n, panels, down);
    }
    long repaying = tile.lanes() == 16 ? Math.max(1, m / GOOD_ROWS) : m;
    across = Math.max(across, Math.min(width, Range.groups(units, repaying)));
    long panels = Range.groups(width, across);
    across = Range.groups(width, panels);
    long down =
        Math.max(Range.groups(units, across), Math.min(repaying, Range.groups(wanted, across)));
    return Blocks.of(tile, false, m, n, panels, down);
  }

  /**
   * Of a product with a transposed A whose sums are cut into blocks: as few as there may be, but
   * four for each unit; none where there are too few rows for that.
   */
  private Optional<Blocks> longBlocks(CpuTile tile, int m, int n) {
    long across = Range.groups(n, tile.columns());
    long wanted = 4L * backend.device().computeUnits();
    long down = Math.max(Range.groups(wanted, across), Range.groups(m, LONG_PIECE));
    return Optional.of(Blocks.of(tile, true, m, n, 1, down))
        .filter(blocks -> blocks.count() >= wanted);
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
    backend
        .kernel(vectorSource(transposeA), VECTOR, a.buffer().bytes())
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

  private Kernel kernel(KernelSource source) {
    return backend.context().kernel(source, "gemm");
  }

  private static KernelSource adamSource(CpuTile tile, boolean masked) {
    KernelSource source = source(false, true, tile, false).with("ADAM", 1);
    return masked ? source.with("MASKED", 1) : source;
  }

  /**
   * @param direct whether B, as wide as the tile, is read where it lies
   */
  private static KernelSource source(
      boolean transposeA, boolean transposeB, CpuTile tile, boolean direct) {
    Map<String, Integer> operands =
        Map.of("TRANS_A", transposeA ? 1 : 0, "TRANS_B", transposeB ? 1 : 0);
    return KernelSource.of(Gemm.file(Family.CPU), operands)
        .with("LANES", tile.lanes())
        .with("MR", tile.rows())
        .with("NV", tile.vectors())
        .with("KC", tile.depth())
        .with("DIRECT", direct ? 1 : 0);
  }

  private static KernelSource vectorSource(boolean transposeA) {
    return transposeA ? TRANSPOSED_VECTOR : PLAIN_VECTOR;
  }
}
