package org.prunecl.ops;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;
import org.prunecl.opencl.Scope;

/**
 * The arrays of compressed sparse rows, whose columns may be cut into blocks; see {@code csr.cl}.
 * The scope that they were built in owns them.
 *
 * @param rows number of rows
 * @param width columns of a block
 * @param blocks number of blocks, at least 1
 * @param indexBytes bytes of an index: 4, or 2 for blocks of at most 65,536 columns
 * @param nonzeros stored elements
 * @param starts where each row of each block begins, and one more
 * @param indices column of each element within its block
 * @param values the elements
 */
record CompressedRows(
    int rows,
    int width,
    int blocks,
    int indexBytes,
    int nonzeros,
    DeviceBuffer starts,
    DeviceBuffer indices,
    DeviceBuffer values) {

  /** Builds the kernels, so that no later call has to. */
  static void prepare(Backend backend, int indexBytes) {
    for (String name : new String[] {"count_nonzero", "row_starts", "fill_rows", "scatter_rows"}) {
      backend.context().kernel(source(indexBytes), name);
    }
  }

  /** Stored elements of each row, in host memory. */
  static int[] count(Backend backend, Matrix dense) {
    try (DeviceBuffer counts = countLater(backend, dense, dense.columns(), 1, Integer.BYTES)) {
      return counts.readInts(dense.rows());
    }
  }

  /** Keeps the elements of a dense matrix that are not zero; built on the device. */
  static CompressedRows of(Backend backend, Matrix dense, int width, int indexBytes, Scope scope) {
    int rows = dense.rows();
    int blocks = (int) Range.groups(dense.columns(), width);
    DeviceBuffer starts =
        scope.own(backend.context().allocate((rows * (long) blocks + 1) * Integer.BYTES));
    try (DeviceBuffer counts = countLater(backend, dense, width, blocks, indexBytes)) {
      starts(backend, rows * blocks, counts, starts);
      backend.finish();
    }
    int nonzeros = starts.readInts(rows * blocks + 1)[rows * blocks];
    DeviceBuffer indices =
        scope.own(backend.context().allocate(Math.max(1L, nonzeros) * indexBytes));
    DeviceBuffer values =
        scope.own(backend.context().allocate(Math.max(1L, nonzeros) * Float.BYTES));
    backend
        .context()
        .kernel(source(indexBytes), "fill_rows")
        .launch(
            range(backend, rows, blocks),
            rows,
            dense.columns(),
            dense.buffer(),
            dense.leadingDimension(),
            width,
            starts,
            indices,
            values);
    return new CompressedRows(rows, width, blocks, indexBytes, nonzeros, starts, indices, values);
  }

  private static DeviceBuffer countLater(
      Backend backend, Matrix dense, int width, int blocks, int indexBytes) {
    DeviceBuffer counts = backend.context().allocate(dense.rows() * (long) blocks * Integer.BYTES);
    try {
      backend
          .context()
          .kernel(source(indexBytes), "count_nonzero")
          .launch(
              range(backend, dense.rows(), blocks),
              dense.rows(),
              dense.columns(),
              dense.buffer(),
              dense.leadingDimension(),
              width,
              counts);
      return counts;
    } catch (RuntimeException e) {
      counts.close();
      throw e;
    }
  }

  /** starts[i] = sum of the counts before i, for i up to n; does not wait. */
  static void starts(Backend backend, int n, DeviceBuffer counts, DeviceBuffer starts) {
    backend
        .context()
        .kernel(source(Integer.BYTES), "row_starts")
        .launch(Range.of(1, 1), n, counts, starts);
  }

  /** Writes the elements into a matrix of zeros. */
  void scatter(Backend backend, Matrix target) {
    backend
        .context()
        .kernel(source(indexBytes), "scatter_rows")
        .launch(
            range(backend, rows, blocks),
            rows,
            width,
            starts,
            indices,
            values,
            target.buffer(),
            target.leadingDimension());
  }

  private static Range range(Backend backend, int rows, int blocks) {
    int local = backend.cpu() ? 1 : 64;
    return Range.groups(Range.groups(rows, local), blocks, local, 1);
  }

  static KernelSource source(int indexBytes) {
    return KernelSource.of("csr.cl").with("INDEX", indexType(indexBytes));
  }

  /** OpenCL C's name of an index of so many bytes. */
  static String indexType(int indexBytes) {
    return indexBytes == Integer.BYTES ? "int" : "ushort";
  }

  /** The rows by falling count of elements, equal ones from top to bottom. */
  static int[] byLength(int[] counts) {
    return IntStream.range(0, counts.length)
        .boxed()
        .sorted(Comparator.comparingInt(row -> -counts[row]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
