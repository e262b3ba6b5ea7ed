package org.prunecl.ops;

import java.util.List;
import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;
import org.prunecl.opencl.Scope;

/**
 * A chain for a batch: it is cut into slices, each of which goes through all layers on one thread
 * and waits for no other. What lies between two layers stays in that core's cache. See {@code
 * chain_batch_cpu.cl}.
 */
final class BatchChain implements Chain {
  private static final String KERNEL = "chain_batch";

  /**
   * Beside so many units at most one alone was measured to be as fast as a launch for each layer.
   */
  private static final int FEW_UNITS = 2;

  private final Backend backend;
  private final int inputs;
  private final int outputs;
  private final int height;
  private final int most;
  private final Slices slices;
  private final KernelSource source;
  private final List<ChainArrays.Kept> layers;
  private final Scope scope = new Scope();
  private final DeviceBuffer table;
  private final DeviceBuffer indices;
  private final DeviceBuffer values;
  private final DeviceBuffer scratch;
  private final int slots;

  /**
   * How batches are cut.
   *
   * @param lanes floats in a vector, 8 or 16
   * @param part samples in a part of a slice: half as many as lanes, or a quarter
   * @param parts in a slice, 1 to 8
   */
  private record Slices(int lanes, int part, int parts) {
    /** What a layer's rows are filled up to a multiple of, at most. */
    private static final int MOST_STEP = 16;

    static Slices of(Backend backend, int batch) {
      int lanes = backend.vectorLanes();
      int units = backend.device().computeUnits();
      if (batch <= lanes / 4) {
        return new Slices(lanes, lanes / 4, 1);
      }
      long parts = Range.groups(batch, lanes / 2);
      long count =
          Range.groups(Range.groups(parts, 2L * CpuTile.full(lanes).vectors()), units) * units;
      Slices slices = new Slices(lanes, lanes / 2, (int) Range.groups(parts, count));
      // The other tile takes whole vectors of samples.
      return slices.turned() ? slices : new Slices(lanes, lanes / 2, 2 * slices.vectors());
    }

    /**
     * Whether vectors lie along the rows: of few samples a tile would take more loads than sums.
     */
    boolean turned() {
      return width() <= lanes / 2 * CpuTile.full(lanes).vectors();
    }

    /** Of samples, the last one not full if need be. */
    int vectors() {
      return (int) Range.groups(width(), lanes);
    }

    /** Of the dense register tile, which fills the registers or, of a quarter, two thirds. */
    int rows() {
      if (!turned()) {
        return CpuTile.full(lanes).narrowed(vectors()).rows();
      }
      return part < lanes / 2 ? 4 * lanes : 3 * lanes;
    }

    /** A layer's rows are filled up to a multiple of it: the last tile may be a lower one. */
    int step() {
      return turned() ? lanes : rows();
    }

    /** Samples of a slice. */
    int width() {
      return part * parts;
    }

    /**
     * Up to this share of elements sparse is faster: it reads a column's number with each, and
     * takes whole vectors of samples, however few there are. Measured with 16 lanes; see {@code
     * docs/performance.md}.
     */
    double mostDensity() {
      if (width() < lanes) {
        return part < lanes / 2 ? 0.12 : 0.16;
      }
      return switch (vectors()) {
        case 1 -> 0.35;
        case 2 -> 0.5;
        default -> 0.6;
      };
    }

    /** Floats of a row of a panel. */
    int panelWidth() {
      return lanes * vectors();
    }

    /** Whether that many samples are one slice. */
    boolean single(int batch) {
      return batch <= width();
    }

    int count(int batch) {
      return (int) Range.groups(batch, width());
    }

    /** Slices that are in memory at a time: one for each group, if there are so many. */
    int slots(Backend backend, int batch) {
      return Math.min(Tickets.groups(backend, count(batch)), count(batch));
    }
  }

  /**
   * A layer by rows: of a dense one tiles of them, of a sparse one blocks of columns.
   *
   * @param width columns of a block, or 0 of a dense one
   * @param tile rows of a dense one's tile
   * @param step what its rows are a multiple of
   */
  private record Rows(ChainLayer layer, int width, int tile, int step) implements ChainArrays.Form {
    static Rows of(ChainLayer layer, boolean dense, Slices slices) {
      double density = (double) layer.nonzeros() / layer.weights().length;
      if (dense || density > slices.mostDensity()) {
        return new Rows(layer, 0, slices.rows(), slices.step());
      }
      int width = BlockedMatrix.width(layer.columns(), density, slices.lanes, slices.vectors());
      return new Rows(layer, width, slices.rows(), slices.step());
    }

    @Override
    public boolean sparse() {
      return width > 0;
    }

    private SparseForm form() {
      return sparse() ? SparseForm.BLOCKED : null;
    }

    @Override
    public int starts() {
      return sparse() ? 2 + layer.rows() * (int) Range.groups(layer.columns(), width) : 0;
    }

    @Override
    public int indices() {
      return sparse() ? stored() : 0;
    }

    @Override
    public int biasFloats() {
      return Matrix.padded(paddedRows());
    }

    @Override
    public int weightFloats() {
      return Matrix.padded(sparse() ? stored() : paddedRows() * layer.columns());
    }

    @Override
    public void write(ChainArrays arrays) {
      if (!sparse()) {
        for (int r = 0; r < layer.rows(); r++) {
          int top = r / tile * tile;
          int height = Math.min(tile, paddedRows() - top);
          for (int k = 0; k < layer.columns(); k++) {
            arrays.put(top * layer.columns() + k * height + r - top, layer.weight(r, k));
          }
        }
        return;
      }
      arrays.number(width);
      for (int first = 0; first < layer.columns(); first += width) {
        int last = Math.min(first + width, layer.columns());
        for (int r = 0; r < layer.rows(); r++) {
          arrays.start();
          for (int k = first; k < last; k++) {
            arrays.element(k - first, layer.weight(r, k));
          }
        }
      }
      arrays.start();
    }

    private int paddedRows() {
      return padded(layer.rows(), step);
    }

    /** Rows of a panel that the layer reads or writes. */
    int height() {
      return height(layer.rows(), layer.columns(), step);
    }

    static int height(int rows, int columns, int step) {
      return Math.max(padded(rows, step), Matrix.padded(columns));
    }

    private static int padded(int rows, int step) {
      return (int) Range.groups(rows, step) * step;
    }
  }

  private BatchChain(Backend backend, List<Rows> layers, Slices slices, int batch) {
    this.backend = backend;
    this.layers =
        layers.stream().map(rows -> new ChainArrays.Kept(rows.form(), rows.stored())).toList();
    this.slices = slices;
    this.source = source(slices);
    this.most = batch;
    this.inputs = layers.get(0).layer.columns();
    this.outputs = layers.get(layers.size() - 1).layer.rows();
    this.height = layers.stream().mapToInt(Rows::height).max().orElseThrow();
    this.slots = slices.slots(backend, batch);
    ChainArrays arrays = new ChainArrays(layers);
    try {
      this.table = arrays.table(backend, scope);
      this.indices = arrays.indices(backend, scope);
      this.values = arrays.values(backend, scope);
      long bytes = scratchBytes(height, (long) slots * slices.panelWidth());
      this.scratch = scope.own(backend.context().allocate(bytes));
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  static BatchChain of(Backend backend, List<ChainLayer> layers, boolean dense, int batch) {
    Slices slices = Slices.of(backend, batch);
    List<Rows> rows = layers.stream().map(layer -> Rows.of(layer, dense, slices)).toList();
    return new BatchChain(backend, rows, slices, batch);
  }

  /**
   * Whether this is a good way for so many samples: the units work for seven eighths of the time
   * that the last one takes, or for three quarters where slices are small, since layer after layer
   * a product takes whole vectors of samples too. A single slice leaves all units but one idle, and
   * needs none to be woken.
   */
  static boolean fills(Backend backend, int batch) {
    Slices slices = Slices.of(backend, batch);
    int units = backend.device().computeUnits();
    int count = slices.count(batch);
    if (slices.single(batch) && units <= FEW_UNITS) {
      return true;
    }
    long longest = Range.groups(count, units) * slices.parts;
    int eighths = slices.turned() ? 6 : 7;
    return 8 * Range.groups(batch, slices.part) >= eighths * longest * units;
  }

  static void prepare(Backend backend, int batch) {
    LoopCheck.prepare(backend);
    Slices slices = Slices.of(backend, batch);
    if (slices.single(batch)) {
      backend.context().prepareShort(source(slices), KERNEL);
    } else {
      backend.context().kernel(source(slices), KERNEL);
    }
  }

  static long weightBytes(int rows, int columns) {
    // No slice is wider, and no block narrower.
    int narrowest = BlockedMatrix.fittingColumns(16, CpuTile.full(16).vectors());
    long blocks = Range.groups(columns, narrowest);
    return Float.BYTES * (mostRows(rows) + 16L) * (columns + 1L)
        + ChainArrays.bytes(2 + rows * blocks);
  }

  /** Two panels for each slice at a time. */
  static long scratchBytes(Backend backend, int rows, int columns, int batch) {
    Slices slices = Slices.of(backend, batch);
    return scratchBytes(
        Rows.height(rows, columns, slices.step()),
        (long) slices.slots(backend, batch) * slices.panelWidth());
  }

  /** Of as many slices at a time as there are, all together at most twice as wide as the batch. */
  static long scratchBytes(int rows, int columns, int batch) {
    return scratchBytes(
        Math.max(mostRows(rows), Matrix.padded(columns)), 2L * Matrix.padded(batch));
  }

  /** With what fills up the last tile, at most. */
  private static int mostRows(int rows) {
    return rows + Slices.MOST_STEP - 1;
  }

  private static long scratchBytes(int height, long width) {
    return 2L * height * width * Float.BYTES;
  }

  @Override
  public SparseForm form(int layer) {
    return layers.get(layer).form();
  }

  @Override
  public int stored(int layer) {
    return layers.get(layer).weights();
  }

  @Override
  public boolean takes(int batch) {
    return batch > 1 && batch <= most;
  }

  @Override
  public void run(Matrix x, boolean bySample, Matrix y) {
    int taken = bySample ? x.columns() : x.rows();
    int samples = bySample ? x.rows() : x.columns();
    if (taken != inputs || y.rows() != outputs || samples != y.columns() || !takes(samples)) {
      throw new IllegalArgumentException(
          "Shapes don't fit: layers from %d to %d values, 2 to %d samples, %s and %s"
              .formatted(inputs, outputs, most, x, y));
    }
    backend
        .tickets()
        .launch(
            kernel(),
            slices.count(samples),
            layers.size(),
            table,
            indices,
            values,
            x.buffer(),
            x.leadingDimension(),
            bySample ? 1 : 0,
            samples,
            scratch,
            height,
            slots,
            y.buffer(),
            y.leadingDimension());
  }

  /** A single slice runs on a single thread: the caller's needn't be woken. */
  private Kernel kernel() {
    return slices.single(most)
        ? backend.context().shortKernel(source, KERNEL)
        : backend.context().kernel(source, KERNEL);
  }

  private static KernelSource source(Slices slices) {
    return KernelSource.of("chain_batch_cpu.cl")
        .with("LANES", slices.lanes)
        .with("PART", slices.part)
        .with("PARTS", slices.parts)
        .with("MR", slices.rows())
        .with("TURNED", slices.turned() ? 1 : 0);
  }

  @Override
  public void close() {
    scope.close();
  }
}
