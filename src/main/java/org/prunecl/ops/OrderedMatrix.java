package org.prunecl.ops;

import java.util.Arrays;
import java.util.Map;
import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;
import org.prunecl.opencl.Scope;

/**
 * Compressed sparse rows that are multiplied in the order of their length, so that the rows of a
 * work-group are about as long as each other; column indices of 16 bits where they suffice. For
 * GPUs and accelerators. See {@code spmm_ordered_gpu.cl} and {@code spmv_ordered_gpu.cl}.
 */
public final class OrderedMatrix extends SparseMatrix {
  /** What a 16-bit index can count. */
  private static final int SHORT_COLUMNS = 65_536;

  private static final int LOCAL = 64;
  private static final int FEW_LANES = 8;
  private static final int MANY_LANES = 32;

  /** Work-groups of 64 items for each compute unit: others compute while one waits for memory. */
  private static final int GROUPS_PER_UNIT = 8;

  private final Backend backend;
  private final CompressedRows arrays;
  private final DeviceBuffer order;

  private OrderedMatrix(
      Backend backend, int columns, CompressedRows arrays, DeviceBuffer order, Scope scope) {
    super(arrays.rows(), columns, arrays.nonzeros(), scope);
    this.backend = backend;
    this.arrays = arrays;
    this.order = order;
  }

  /** Builds the kernels for batches of this size, so that no later call has to. */
  static void prepare(Backend backend, int batch) {
    for (int indexBytes : new int[] {Short.BYTES, Integer.BYTES}) {
      CompressedRows.prepare(backend, indexBytes);
      if (batch == 1) {
        vectorKernel(backend, indexBytes, FEW_LANES);
        vectorKernel(backend, indexBytes, MANY_LANES);
      } else {
        Tile tile = Tile.of(Matrix.leadingDimension(batch));
        kernel(backend, indexBytes, tile);
        kernel(backend, indexBytes, tile.narrowed());
      }
    }
  }

  /** Keeps the elements of a dense matrix that are not zero; built on the device. */
  static OrderedMatrix of(Backend backend, Matrix dense) {
    int indexBytes = dense.columns() <= SHORT_COLUMNS ? Short.BYTES : Integer.BYTES;
    Scope scope = new Scope();
    try {
      CompressedRows arrays = CompressedRows.of(backend, dense, dense.columns(), indexBytes, scope);
      int[] starts = arrays.starts().readInts(dense.rows() + 1);
      int[] counts = new int[dense.rows()];
      Arrays.setAll(counts, row -> starts[row + 1] - starts[row]);
      DeviceBuffer order = scope.own(backend.upload(CompressedRows.byLength(counts)));
      return new OrderedMatrix(backend, dense.columns(), arrays, order, scope);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /**
   * What a work-group owns.
   *
   * @param localX items along the columns: 4, 8 or 16
   * @param across pieces of 4 columns that an item has
   */
  private record Tile(int localX, int across) {
    /** The largest one that a row of Y fills. */
    static Tile of(int leadingDimension) {
      int pieces = leadingDimension / 4;
      return pieces <= 4
          ? new Tile(4, 1)
          : pieces <= 8 ? new Tile(8, 1) : new Tile(16, pieces <= 16 ? 1 : 2);
    }

    Tile narrowed() {
      return new Tile(localX, 1);
    }

    int rows() {
      return LOCAL / localX;
    }

    Range range(int rows, int leadingDimension) {
      return Range.groups(
          Range.groups(leadingDimension, 4L * localX * across),
          Range.groups(rows, rows()),
          localX,
          rows());
    }

    /** Whether it makes so few work-groups that the device would rather have more of less each. */
    boolean leavesIdle(Backend backend, int rows, int leadingDimension) {
      long[] items = range(rows, leadingDimension).global();
      long wanted = GROUPS_PER_UNIT * (long) backend.device().computeUnits();
      return items[0] * items[1] / LOCAL < wanted;
    }
  }

  @Override
  public long bytes() {
    return bytes(arrays.starts(), arrays.indices(), arrays.values(), order);
  }

  @Override
  void scatter(Matrix target) {
    arrays.scatter(backend, target);
  }

  @Override
  void multiply(Matrix x, Matrix y, Epilogue epilogue) {
    if (x.columns() == 1) {
      int lanes = nonzeros() < (long) MANY_LANES * rows() ? FEW_LANES : MANY_LANES;
      vectorKernel(backend, arrays.indexBytes(), lanes)
          .launch(
              Range.of((long) rows() * lanes, LOCAL),
              rows(),
              order,
              arrays.starts(),
              arrays.indices(),
              arrays.values(),
              x.buffer(),
              y.buffer(),
              epilogue.biasBuffer(rows()),
              epilogue.reluFlag());
      return;
    }
    int ld = x.leadingDimension();
    Tile widest = Tile.of(ld);
    Tile tile = widest.leavesIdle(backend, rows(), ld) ? widest.narrowed() : widest;
    kernel(backend, arrays.indexBytes(), tile)
        .launch(
            tile.range(rows(), ld),
            rows(),
            order,
            arrays.starts(),
            arrays.indices(),
            arrays.values(),
            x.buffer(),
            y.buffer(),
            epilogue.biasBuffer(rows()),
            epilogue.reluFlag(),
            ld);
  }

  private static Kernel kernel(Backend backend, int indexBytes, Tile tile) {
    KernelSource source =
        KernelSource.of(
                "spmm_ordered_gpu.cl",
                Map.of("LOCAL_X", tile.localX, "LOCAL_Y", tile.rows(), "ACROSS", tile.across))
            .with("INDEX", CompressedRows.indexType(indexBytes));
    return backend.context().kernel(source, "spmm_ordered");
  }

  private static Kernel vectorKernel(Backend backend, int indexBytes, int lanes) {
    KernelSource source =
        KernelSource.of("spmv_ordered_gpu.cl", Map.of("LOCAL", LOCAL, "LANES", lanes))
            .with("INDEX", CompressedRows.indexType(indexBytes));
    return backend.context().kernel(source, "spmv_ordered");
  }
}
