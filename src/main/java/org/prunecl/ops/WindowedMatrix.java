package org.prunecl.ops;

import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;
import org.prunecl.opencl.Scope;

/**
 * Rows in slices of 16, whose elements are taken as they come into a window over x; for CPU devices
 * and vectors. See {@link Windows} and {@code spmv_windowed_cpu.cl}.
 */
public final class WindowedMatrix extends SparseMatrix {
  private static final String MULTIPLY = "spmv_windowed";
  private static final String SCATTER = "scatter_windows";

  private final Backend backend;
  private final KernelSource source;
  private final int slices;
  private final DeviceBuffer order;
  private final DeviceBuffer starts;
  private final DeviceBuffer bases;
  private final DeviceBuffer picks;
  private final DeviceBuffer values;

  private WindowedMatrix(Backend backend, Matrix dense, Windows windows, Scope scope) {
    super(dense.rows(), dense.columns(), windows.nonzeros(), scope);
    this.backend = backend;
    this.source = source(backend);
    this.slices = windows.starts().length - 1;
    this.order = scope.own(backend.upload(windows.order()));
    this.starts = scope.own(backend.upload(windows.starts()));
    this.bases = scope.own(backend.upload(windows.bases()));
    this.picks = scope.own(backend.upload(windows.picks()));
    this.values = scope.own(backend.upload(windows.values()));
  }

  /** Builds the kernels, so that no later call has to. */
  static void prepare(Backend backend) {
    backend.context().kernel(source(backend), SCATTER);
    backend.context().prepareShort(source(backend), MULTIPLY);
  }

  /** Keeps the elements of a dense matrix that are not zero. */
  static WindowedMatrix of(Backend backend, Matrix dense) {
    Windows windows = Windows.of(dense.rows(), dense.columns(), dense.read());
    Scope scope = new Scope();
    try {
      return new WindowedMatrix(backend, dense, windows, scope);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  @Override
  public long bytes() {
    return bytes(order, starts, bases, picks, values);
  }

  @Override
  void scatter(Matrix target) {
    backend
        .context()
        .kernel(source, SCATTER)
        .launch(
            Range.of((long) slices * Windows.ROWS, 1),
            order,
            starts,
            bases,
            picks,
            values,
            target.buffer(),
            target.leadingDimension());
  }

  @Override
  void multiply(Matrix x, Matrix y, Epilogue epilogue) {
    checkVector(x);
    int perGroup = SlicedMatrix.perGroup(backend, slices);
    backend
        .kernel(source, MULTIPLY, bytes())
        .launch(
            Range.of(Range.groups(slices, perGroup), 1),
            slices,
            columns(),
            order,
            starts,
            bases,
            picks,
            values,
            x.buffer(),
            y.buffer(),
            epilogue.biasBuffer(rows()),
            epilogue.reluFlag(),
            perGroup);
  }

  private static KernelSource source(Backend backend) {
    return KernelSource.of("spmv_windowed_cpu.cl").with("LANES", backend.vectorLanes());
  }
}
