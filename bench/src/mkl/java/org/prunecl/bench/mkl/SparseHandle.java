package org.prunecl.bench.mkl;

import static org.bytedeco.mkl.global.mkl_rt.SPARSE_DIAG_NON_UNIT;
import static org.bytedeco.mkl.global.mkl_rt.SPARSE_FILL_MODE_FULL;
import static org.bytedeco.mkl.global.mkl_rt.SPARSE_INDEX_BASE_ZERO;
import static org.bytedeco.mkl.global.mkl_rt.SPARSE_LAYOUT_COLUMN_MAJOR;
import static org.bytedeco.mkl.global.mkl_rt.SPARSE_LAYOUT_ROW_MAJOR;
import static org.bytedeco.mkl.global.mkl_rt.SPARSE_MATRIX_TYPE_GENERAL;
import static org.bytedeco.mkl.global.mkl_rt.SPARSE_OPERATION_NON_TRANSPOSE;
import static org.bytedeco.mkl.global.mkl_rt.SPARSE_STATUS_SUCCESS;
import static org.bytedeco.mkl.global.mkl_rt.mkl_sparse_destroy;
import static org.bytedeco.mkl.global.mkl_rt.mkl_sparse_optimize;
import static org.bytedeco.mkl.global.mkl_rt.mkl_sparse_s_create_csr;
import static org.bytedeco.mkl.global.mkl_rt.mkl_sparse_s_mm;
import static org.bytedeco.mkl.global.mkl_rt.mkl_sparse_s_mv;
import static org.bytedeco.mkl.global.mkl_rt.mkl_sparse_set_mm_hint;
import static org.bytedeco.mkl.global.mkl_rt.mkl_sparse_set_mv_hint;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.mkl.global.mkl_rt.matrix_descr;
import org.bytedeco.mkl.global.mkl_rt.sparse_matrix;
import org.prunecl.bench.worker.Csr;

/**
 * A sparse matrix that MKL has inspected for one batch size and one layout of activations. The
 * arrays below stay MKL's operands while it lives.
 */
final class SparseHandle implements AutoCloseable {
  /** MKL is asked to expect so many calls: the inspection pays at any length. */
  private static final int EXPECTED_CALLS = 100_000;

  private final int rows;
  private final int columns;
  private final int batch;
  private final boolean batchMajor;
  private final IntPointer starts;
  private final IntPointer ends;
  private final IntPointer columnIndices;
  private final FloatPointer values;
  private final matrix_descr description = new matrix_descr();
  private final sparse_matrix handle = new sparse_matrix();

  /**
   * Creates and optimises.
   *
   * @param batchMajor whether activations lie batch × features, else features × batch
   */
  SparseHandle(Csr csr, int batch, boolean batchMajor) {
    this.rows = csr.rows();
    this.columns = csr.columns();
    this.batch = batch;
    this.batchMajor = batchMajor;
    this.starts = new IntPointer(Arrays.copyOf(csr.starts(), rows));
    this.ends = new IntPointer(Arrays.copyOfRange(csr.starts(), 1, rows + 1));
    this.columnIndices = new IntPointer(csr.columnIndices());
    this.values = new FloatPointer(csr.values());
    description
        .type(SPARSE_MATRIX_TYPE_GENERAL)
        .mode(SPARSE_FILL_MODE_FULL)
        .diag(SPARSE_DIAG_NON_UNIT);
    check(
        mkl_sparse_s_create_csr(
            handle, SPARSE_INDEX_BASE_ZERO, rows, columns, starts, ends, columnIndices, values));
    check(
        batch == 1
            ? mkl_sparse_set_mv_hint(
                handle, SPARSE_OPERATION_NON_TRANSPOSE, description, EXPECTED_CALLS)
            : mkl_sparse_set_mm_hint(
                handle,
                SPARSE_OPERATION_NON_TRANSPOSE,
                description,
                layout(),
                batch,
                EXPECTED_CALLS));
    check(mkl_sparse_optimize(handle));
  }

  private int layout() {
    return batchMajor ? SPARSE_LAYOUT_COLUMN_MAJOR : SPARSE_LAYOUT_ROW_MAJOR;
  }

  int rows() {
    return rows;
  }

  /** Y = S · X in the handle's layout. */
  void multiply(FloatPointer x, FloatPointer y) {
    check(
        batch == 1
            ? mkl_sparse_s_mv(SPARSE_OPERATION_NON_TRANSPOSE, 1f, handle, description, x, 0f, y)
            : mkl_sparse_s_mm(
                SPARSE_OPERATION_NON_TRANSPOSE,
                1f,
                handle,
                description,
                layout(),
                x,
                batch,
                batchMajor ? columns : batch,
                0f,
                y,
                batchMajor ? rows : batch));
  }

  private static void check(int status) {
    if (status != SPARSE_STATUS_SUCCESS) {
      throw new IllegalStateException("MKL's status " + status);
    }
  }

  @Override
  public void close() {
    check(mkl_sparse_destroy(handle));
    description.close();
    starts.close();
    ends.close();
    columnIndices.close();
    values.close();
  }
}
