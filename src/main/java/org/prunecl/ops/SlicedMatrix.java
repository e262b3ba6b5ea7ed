package org.prunecl.ops;

import java.util.Arrays;
import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;
import org.prunecl.opencl.Scope;

/**
 * Rows in slices of 16, ordered by length, their elements side by side (SELL-16) with 16-bit column
 * indices; for CPU devices and vectors. See {@code spmv_sliced_cpu.cl}.
 *
 * <p>Source: M. Kreutzer and others, A unified sparse matrix data format for efficient general
 * sparse matrix-vector multiplication on modern processors with wide SIMD units, 2014.
 */
public final class SlicedMatrix extends SparseMatrix {
  private static final int ROWS = 16;
  private static final int GROUPS_PER_UNIT = 4;
  private static final KernelSource SOURCE = KernelSource.of("spmv_sliced_cpu.cl");
  private static final String FILL = "fill_slices";
  private static final String MULTIPLY = "spmv_sliced";
  private static final String SCATTER = "scatter_slices";

  private final Backend backend;
  private final int slices;
  private final DeviceBuffer order;
  private final DeviceBuffer lengths;
  private final DeviceBuffer starts;
  private final DeviceBuffer indices;
  private final DeviceBuffer values;

  private SlicedMatrix(Backend backend, Matrix dense, int[] counts, Scope scope) {
    super(dense.rows(), dense.columns(), Arrays.stream(counts).sum(), scope);
    this.backend = backend;
    this.slices = (int) Range.groups(counts.length, ROWS);
    int[] rowOfLane = new int[slices * ROWS];
    int[] lengthOfLane = new int[slices * ROWS];
    int[] firstStep = new int[slices + 1];
    Arrays.fill(rowOfLane, -1);
    int[] byLength = CompressedRows.byLength(counts);
    for (int lane = 0; lane < byLength.length; lane++) {
      rowOfLane[lane] = byLength[lane];
      lengthOfLane[lane] = counts[byLength[lane]];
    }
    for (int slice = 0; slice < slices; slice++) {
      firstStep[slice + 1] = firstStep[slice] + lengthOfLane[slice * ROWS];
    }
    long elements = Math.max(1L, firstStep[slices]) * ROWS;
    this.order = scope.own(backend.upload(rowOfLane));
    this.lengths = scope.own(backend.upload(lengthOfLane));
    this.starts = scope.own(backend.upload(firstStep));
    this.indices = scope.own(backend.context().allocate(elements * Short.BYTES));
    this.values = scope.own(backend.context().allocate(elements * Float.BYTES));
    backend
        .context()
        .kernel(SOURCE, FILL)
        .launch(
            Range.of(rowOfLane.length, 1),
            dense.columns(),
            dense.buffer(),
            dense.leadingDimension(),
            order,
            starts,
            indices,
            values);
  }

  /** Builds the kernels, so that no later call has to. */
  static void prepare(Backend backend) {
    CompressedRows.prepare(backend, Integer.BYTES);
    for (String name : new String[] {FILL, SCATTER}) {
      backend.context().kernel(SOURCE, name);
    }
    backend.context().prepareShort(SOURCE, MULTIPLY);
  }

  /** Keeps the elements of a dense matrix that are not zero; built on the device. */
  static SlicedMatrix of(Backend backend, Matrix dense) {
    Scope scope = new Scope();
    try {
      return new SlicedMatrix(backend, dense, CompressedRows.count(backend, dense), scope);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  @Override
  public long bytes() {
    return bytes(order, lengths, starts, indices, values);
  }

  @Override
  void scatter(Matrix target) {
    backend
        .context()
        .kernel(SOURCE, SCATTER)
        .launch(
            Range.of((long) slices * ROWS, 1),
            order,
            lengths,
            starts,
            indices,
            values,
            target.buffer(),
            target.leadingDimension());
  }

  @Override
  void multiply(Matrix x, Matrix y, Epilogue epilogue) {
    checkVector(x);
    int perGroup = perGroup(backend, slices);
    backend
        .kernel(SOURCE, MULTIPLY, bytes())
        .launch(
            Range.of(Range.groups(slices, perGroup), 1),
            slices,
            order,
            lengths,
            starts,
            indices,
            values,
            x.buffer(),
            y.buffer(),
            epilogue.biasBuffer(rows()),
            epilogue.reluFlag(),
            perGroup);
  }

  /** How many slices or strips a group gets. */
  static int perGroup(Backend backend, int all) {
    return (int) Range.groups(all, GROUPS_PER_UNIT * (long) backend.device().computeUnits());
  }
}
