package org.prunecl.ops;

import java.util.Arrays;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;
import org.prunecl.opencl.Scope;

/**
 * Compressed sparse rows with 16-bit indices, the columns cut into blocks whose activations fit the
 * first-level cache at one batch size; for CPU devices. Other batch sizes are multiplied too, if
 * not as fast.
 */
public final class BlockedMatrix extends SparseMatrix {
  /** What a block's activations may take: 32 KiB. */
  private static final int CACHED_FLOATS = 8192;

  /** What may be copied to private memory: 256 KiB. */
  private static final int PRIVATE_FLOATS = 65_536;

  private static final int MOST_COLUMNS = 32_768;

  /**
   * Fewer multiply-adds of vectors in a row's part of a block don't repay starting it and carrying
   * its sums on.
   */
  private static final double LEAST_VECTORS = 48;

  /** With so many, a row's part of a block is long enough to be taken in pairs. */
  private static final double PAIRED_ELEMENTS = 20;

  /** So few accumulators don't hide the latency of a multiply-add. */
  private static final int FEW_VECTORS = 2;

  private static final int GROUPS_PER_UNIT = 4;
  private static final int LEAST_ROWS = 32;

  private final Backend backend;
  private final CompressedRows arrays;

  private BlockedMatrix(Backend backend, int columns, CompressedRows arrays, Scope scope) {
    super(arrays.rows(), columns, arrays.nonzeros(), scope);
    this.backend = backend;
    this.arrays = arrays;
  }

  /**
   * Builds the kernels for batches of this size; where blocks are widened, some are built later.
   */
  static void prepare(Backend backend, int batch) {
    CompressedRows.prepare(backend, Integer.BYTES);
    CompressedRows.prepare(backend, Short.BYTES);
    Panel panel = Panel.of(backend, Matrix.leadingDimension(batch));
    kernel(backend, panel, panel.fittingColumns(), false);
    if (panel.few()) {
      kernel(backend, panel, panel.fittingColumns(), true);
    }
  }

  /**
   * Keeps the elements of a dense matrix that are not zero; built on the device.
   *
   * @param batch columns of the matrices that it will be multiplied with
   */
  static BlockedMatrix of(Backend backend, Matrix dense, int batch) {
    Scope scope = new Scope();
    try {
      CompressedRows arrays =
          CompressedRows.of(backend, dense, width(backend, dense, batch), Short.BYTES, scope);
      BlockedMatrix matrix = new BlockedMatrix(backend, dense.columns(), arrays, scope);
      matrix.kernel(Panel.of(backend, Matrix.leadingDimension(batch)));
      return matrix;
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  private static int width(Backend backend, Matrix dense, int batch) {
    double nonzeros = Arrays.stream(CompressedRows.count(backend, dense)).asLongStream().sum();
    Panel panel = Panel.of(backend, Matrix.leadingDimension(batch));
    return width(
        dense.columns(), nonzeros / dense.rows() / dense.columns(), panel.lanes, panel.vectors);
  }

  /**
   * Columns of a block: as many as the cache holds, and more where those are almost empty.
   *
   * @param columns of the matrix
   * @param density share of elements that are not zero
   * @param lanes floats in a vector
   * @param vectors that an element is multiplied with
   */
  static int width(int columns, double density, int lanes, int vectors) {
    int width = fittingColumns(lanes, vectors);
    while (width < Math.min(columns, MOST_COLUMNS) && density * width * vectors < LEAST_VECTORS) {
      width *= 2;
    }
    return width;
  }

  /** Columns of a block whose activations fit the cache. */
  static int fittingColumns(int lanes, int vectors) {
    return Integer.highestOneBit(CACHED_FLOATS / (lanes * vectors));
  }

  /**
   * How Y's columns are divided.
   *
   * @param lanes floats in a vector
   * @param vectors in a panel, 1 to 8
   * @param count of panels; the last one may be narrower
   */
  private record Panel(int lanes, int vectors, int count) {
    /** As many accumulators as leave 16 registers room for the rest. */
    private static final int MOST_VECTORS = 8;

    static Panel of(Backend backend, int leadingDimension) {
      int lanes = backend.vectorLanes();
      long vectors = leadingDimension / lanes;
      int count = (int) Range.groups(vectors, MOST_VECTORS);
      return new Panel(lanes, (int) Range.groups(vectors, count), count);
    }

    int columns() {
      return lanes * vectors;
    }

    /** Columns of a block whose activations fit the cache. */
    int fittingColumns() {
      return BlockedMatrix.fittingColumns(lanes, vectors);
    }

    boolean few() {
      return vectors <= FEW_VECTORS;
    }
  }

  @Override
  public long bytes() {
    return bytes(arrays.starts(), arrays.indices(), arrays.values());
  }

  @Override
  void scatter(Matrix target) {
    arrays.scatter(backend, target);
  }

  @Override
  void multiply(Matrix x, Matrix y, Epilogue epilogue) {
    if (x.columns() == 1) {
      throw new IllegalArgumentException("Blocked rows times a vector");
    }
    int ld = x.leadingDimension();
    Panel panel = Panel.of(backend, ld);
    long wanted = GROUPS_PER_UNIT * (long) backend.device().computeUnits();
    int rows =
        (int)
            Math.max(
                Math.min(rows(), LEAST_ROWS),
                Range.groups(rows(), Range.groups(wanted, panel.count)));
    kernel(panel)
        .launch(
            Range.groups(panel.count, Range.groups(rows(), rows), 1, 1),
            rows(),
            columns(),
            arrays.width(),
            arrays.blocks(),
            arrays.starts(),
            arrays.indices(),
            arrays.values(),
            x.buffer(),
            y.buffer(),
            epilogue.biasBuffer(rows()),
            epilogue.reluFlag(),
            ld,
            rows);
  }

  private Kernel kernel(Panel panel) {
    double elements = (double) nonzeros() / rows() / arrays.blocks();
    boolean pairs = panel.few() && elements >= PAIRED_ELEMENTS;
    return kernel(backend, panel, arrays.width(), pairs);
  }

  private static Kernel kernel(Backend backend, Panel panel, int width, boolean pairs) {
    boolean packed = panel.count > 1 && (long) width * panel.columns() <= PRIVATE_FLOATS;
    KernelSource source =
        KernelSource.of("spmm_blocked_cpu.cl")
            .with("LANES", panel.lanes)
            .with("NV", panel.vectors)
            .with("RAGGED", panel.count > 1 ? 1 : 0)
            .with("PACKED", packed ? 1 : 0)
            .with("WIDTH", packed ? width : 1)
            .with("PAIRS", pairs ? 1 : 0);
    return backend.context().kernel(source, "spmm_blocked");
  }
}
