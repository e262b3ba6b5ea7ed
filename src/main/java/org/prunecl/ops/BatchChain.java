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
  private final Backend backend;
  private final int inputs;
  private final int outputs;
  private final int height;
  private final int most;
  private final Slices slices;
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
   * @param vectors in a slice, 1 to 4
   */
  private record Slices(int lanes, int vectors) {
    /** With half as many samples as lanes they fill the registers. */
    private static final int TURNED_VECTORS = 3;

    /** In a tile. */
    private static final int MOST_ROWS = TURNED_VECTORS * 16;

    static Slices of(Backend backend, int batch) {
      int lanes = backend.vectorLanes();
      int units = backend.device().computeUnits();
      long vectors = Range.groups(batch, lanes);
      long count =
          Range.groups(Range.groups(vectors, CpuTile.full(lanes).vectors()), units) * units;
      return new Slices(lanes, (int) Range.groups(vectors, count));
    }

    /**
     * Whether vectors lie along the rows: of few samples a tile would take more loads than sums.
     */
    boolean turned() {
      return 2 * vectors <= CpuTile.full(lanes).vectors();
    }

    /** Of the dense register tile. */
    int rows() {
      return turned() ? TURNED_VECTORS * lanes : CpuTile.full(lanes).narrowed(vectors).rows();
    }

    int width() {
      return lanes * vectors;
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
   */
  private record Rows(ChainLayer layer, int width, int tile) implements ChainArrays.Form {
    /** Up to this share of elements sparse is faster; of one vector, reading them weighs more. */
    private static final double MOST_DENSITY = 0.6;

    private static final double MOST_DENSITY_OF_ONE = 0.45;

    static Rows of(ChainLayer layer, boolean dense, Slices slices) {
      double density = (double) layer.nonzeros() / layer.weights().length;
      if (dense || density > (slices.vectors == 1 ? MOST_DENSITY_OF_ONE : MOST_DENSITY)) {
        return new Rows(layer, 0, slices.rows());
      }
      int width = BlockedMatrix.width(layer.columns(), density, slices.lanes, slices.vectors);
      return new Rows(layer, width, slices.rows());
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
          int first = r / tile * tile * layer.columns() + r % tile;
          for (int k = 0; k < layer.columns(); k++) {
            arrays.put(first + k * tile, layer.weight(r, k));
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
      return padded(layer.rows(), tile);
    }

    /** Rows of a panel that the layer reads or writes. */
    int height() {
      return height(layer.rows(), layer.columns(), tile);
    }

    static int height(int rows, int columns, int tile) {
      return Math.max(padded(rows, tile), Matrix.padded(columns));
    }

    private static int padded(int rows, int tile) {
      return (int) Range.groups(rows, tile) * tile;
    }
  }

  private BatchChain(Backend backend, List<Rows> layers, Slices slices, int batch) {
    this.backend = backend;
    this.layers =
        layers.stream().map(rows -> new ChainArrays.Kept(rows.form(), rows.stored())).toList();
    this.slices = slices;
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
      long bytes = scratchBytes(height, (long) slots * slices.width());
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

  /** Whether the units work for seven eighths of the time that the last one takes. */
  static boolean fills(Backend backend, int batch) {
    Slices slices = Slices.of(backend, batch);
    long vectors = Range.groups(batch, slices.lanes);
    int units = backend.device().computeUnits();
    long longest = Range.groups(slices.count(batch), units) * slices.vectors;
    return 8 * vectors >= 7 * longest * units;
  }

  static void prepare(Backend backend, int batch) {
    LoopCheck.prepare(backend);
    kernel(backend, Slices.of(backend, batch));
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
        Rows.height(rows, columns, slices.rows()),
        (long) slices.slots(backend, batch) * slices.width());
  }

  /** Of as many slices at a time as there are, all together at most twice as wide as the batch. */
  static long scratchBytes(int rows, int columns, int batch) {
    return scratchBytes(
        Math.max(mostRows(rows), Matrix.padded(columns)), 2L * Matrix.padded(batch));
  }

  /** Rows of whole tiles, at most. */
  private static int mostRows(int rows) {
    return rows + Slices.MOST_ROWS - 1;
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
            kernel(backend, slices),
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

  private static Kernel kernel(Backend backend, Slices slices) {
    KernelSource source =
        KernelSource.of("chain_batch_cpu.cl")
            .with("LANES", slices.lanes)
            .with("NV", slices.vectors)
            .with("MR", slices.rows())
            .with("TURNED", slices.turned() ? 1 : 0);
    return backend.context().kernel(source, "chain_batch");
  }

  @Override
  public void close() {
    scope.close();
  }
}
