package org.prunecl.ops;

import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;

/**
 * A sparse matrix on the device in compressed sparse rows: 32-bit row starts and column indices,
 * float values. Owns its memory.
 */
public final class CsrMatrix implements AutoCloseable {
  private static final KernelSource SOURCE = KernelSource.of("csr.cl");

  private final int rows;
  private final int columns;
  private final int nonzeros;
  private final DeviceBuffer starts;
  private final DeviceBuffer columnIndices;
  private final DeviceBuffer values;

  private CsrMatrix(
      int rows,
      int columns,
      int nonzeros,
      DeviceBuffer starts,
      DeviceBuffer columnIndices,
      DeviceBuffer values) {
    this.rows = rows;
    this.columns = columns;
    this.nonzeros = nonzeros;
    this.starts = starts;
    this.columnIndices = columnIndices;
    this.values = values;
  }

  /** Builds the kernels, so that no later call has to. */
  public static void prepare(Backend backend) {
    for (String name : new String[] {"count_nonzero", "row_starts", "fill_rows"}) {
      backend.context().kernel(SOURCE, name);
    }
  }

  /** Keeps the elements of a dense matrix that are not zero; built on the device. */
  public static CsrMatrix of(Backend backend, Matrix dense) {
    int rows = dense.rows();
    Range perRow = Range.of(rows, backend.cpu() ? 1 : 64);
    DeviceBuffer starts = backend.context().allocate((rows + 1L) * Integer.BYTES);
    DeviceBuffer columnIndices = null;
    DeviceBuffer values = null;
    try {
      try (DeviceBuffer counts = backend.context().allocate((long) rows * Integer.BYTES)) {
        backend
            .context()
            .kernel(SOURCE, "count_nonzero")
            .launch(
                perRow, rows, dense.columns(), dense.buffer(), dense.leadingDimension(), counts);
        backend.context().kernel(SOURCE, "row_starts").launch(Range.of(1, 1), rows, counts, starts);
        backend.finish();
      }
      int nonzeros = starts.readInts(rows + 1)[rows];
      columnIndices = backend.context().allocate(Math.max(1L, nonzeros) * Integer.BYTES);
      values = backend.context().allocate(Math.max(1L, nonzeros) * Float.BYTES);
      backend
          .context()
          .kernel(SOURCE, "fill_rows")
          .launch(
              perRow,
              rows,
              dense.columns(),
              dense.buffer(),
              dense.leadingDimension(),
              starts,
              columnIndices,
              values);
      return new CsrMatrix(rows, dense.columns(), nonzeros, starts, columnIndices, values);
    } catch (RuntimeException e) {
      for (DeviceBuffer buffer : new DeviceBuffer[] {values, columnIndices, starts}) {
        if (buffer != null) {
          buffer.close();
        }
      }
      throw e;
    }
  }

  /** Bytes that CSR takes for so many rows and elements. */
  public static long bytes(int rows, long nonzeros) {
    return (rows + 1L) * Integer.BYTES + nonzeros * (Integer.BYTES + Float.BYTES);
  }

  /** Number of rows. */
  public int rows() {
    return rows;
  }

  /** Number of columns. */
  public int columns() {
    return columns;
  }

  /** Stored elements. */
  public int nonzeros() {
    return nonzeros;
  }

  /** Reads the rows' starts: rows + 1 values. */
  public int[] readStarts() {
    return starts.readInts(rows + 1);
  }

  /** Reads the column of each stored element. */
  public int[] readColumns() {
    return columnIndices.readInts(nonzeros);
  }

  /** Reads the stored elements. */
  public float[] readValues() {
    return values.readFloats(nonzeros, 0);
  }

  DeviceBuffer starts() {
    return starts;
  }

  DeviceBuffer columnIndices() {
    return columnIndices;
  }

  DeviceBuffer values() {
    return values;
  }

  @Override
  public void close() {
    values.close();
    columnIndices.close();
    starts.close();
  }
}
