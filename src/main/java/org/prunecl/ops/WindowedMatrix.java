package org.prunecl.ops;

import java.util.Arrays;
import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.Kernel;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;
import org.prunecl.opencl.Scope;

/**
 * Rows cut into windows of 32, 64 or 128 columns with room for 16 elements each, and compressed
 * sparse rows for what has no room; for CPU devices and vectors. See {@code spmv_windowed_cpu.cl}.
 */
public final class WindowedMatrix extends SparseMatrix {
  private static final int STRIP = 8;
  private static final int ROOM = 16;
  private static final int NARROWEST = 32;
  private static final int WIDEST = 128;

  /** Elements in an average window, so that few have more than there is room for. */
  private static final double MOST_ELEMENTS = 13;

  private final Backend backend;
  private final int window;
  private final int strips;
  private final DeviceBuffer starts;
  private final DeviceBuffer picks;
  private final DeviceBuffer values;
  private final DeviceBuffer columns;
  private final DeviceBuffer rest;

  private WindowedMatrix(Backend backend, Matrix dense, int nonzeros, Scope scope) {
    super(dense.rows(), dense.columns(), nonzeros, scope);
    this.backend = backend;
    this.window = window((double) nonzeros / dense.rows() / dense.columns());
    this.strips = (int) Range.groups(dense.rows(), STRIP);
    this.starts = scope.own(backend.context().allocate((dense.rows() + 1L) * Integer.BYTES));
    try (DeviceBuffer counts = backend.context().allocate((long) dense.rows() * Integer.BYTES)) {
      kernel("count_rest")
          .launch(
              Range.of(dense.rows(), 1),
              dense.columns(),
              dense.buffer(),
              dense.leadingDimension(),
              counts);
      CompressedRows.starts(backend, dense.rows(), counts, starts);
      backend.finish();
    }
    long remaining = Math.max(1, starts.readInts(dense.rows() + 1)[dense.rows()]);
    long slots =
        Math.multiplyExact((long) strips * STRIP * ROOM, Range.groups(dense.columns(), window));
    this.picks = scope.own(backend.context().allocate(slots));
    this.values = scope.own(backend.context().allocate(slots * Float.BYTES));
    this.columns = scope.own(backend.context().allocate(remaining * Short.BYTES));
    this.rest = scope.own(backend.context().allocate(remaining * Float.BYTES));
    kernel("fill_windows")
        .launch(
            Range.of((long) strips * STRIP, 1),
            dense.rows(),
            dense.columns(),
            dense.buffer(),
            dense.leadingDimension(),
            starts,
            picks,
            values,
            columns,
            rest);
  }

  /** Builds the kernels, so that no later call has to. */
  static void prepare(Backend backend) {
    CompressedRows.prepare(backend, Integer.BYTES);
    for (int window = NARROWEST; window <= WIDEST; window *= 2) {
      for (String name :
          new String[] {"count_rest", "fill_windows", "scatter_windows", "spmv_windowed"}) {
        backend.context().kernel(source(window), name);
      }
    }
  }

  /** Keeps the elements of a dense matrix that are not zero; built on the device. */
  static WindowedMatrix of(Backend backend, Matrix dense) {
    Scope scope = new Scope();
    try {
      int nonzeros = Arrays.stream(CompressedRows.count(backend, dense)).sum();
      return new WindowedMatrix(backend, dense, nonzeros, scope);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /** The widest window that has room for most elements. */
  private static int window(double density) {
    int window = NARROWEST;
    while (window < WIDEST && 2 * window * density <= MOST_ELEMENTS) {
      window *= 2;
    }
    return window;
  }

  @Override
  public long bytes() {
    return bytes(starts, picks, values, columns, rest);
  }

  @Override
  void scatter(Matrix target) {
    kernel("scatter_windows")
        .launch(
            Range.of(rows(), 1),
            columns(),
            starts,
            picks,
            values,
            columns,
            rest,
            target.buffer(),
            target.leadingDimension());
  }

  @Override
  void multiply(Matrix x, Matrix y, Epilogue epilogue) {
    checkVector(x);
    int perGroup = SlicedMatrix.perGroup(backend, strips);
    kernel("spmv_windowed")
        .launch(
            Range.of(Range.groups(strips, perGroup), 1),
            rows(),
            columns(),
            starts,
            picks,
            values,
            columns,
            rest,
            x.buffer(),
            y.buffer(),
            epilogue.biasBuffer(rows()),
            epilogue.reluFlag(),
            perGroup);
  }

  private Kernel kernel(String name) {
    return backend.context().kernel(source(window), name);
  }

  private static KernelSource source(int window) {
    return KernelSource.of("spmv_windowed_cpu.cl").with("WINDOW", window);
  }
}
