package org.prunecl.bench.ejml;

import org.ejml.data.FGrowArray;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.FMatrixSparseCSC;
import org.ejml.sparse.csc.CommonOps_FSCC;
import org.ejml.sparse.csc.CommonOps_MT_FSCC;
import org.prunecl.bench.worker.Csr;
import pabeles.concurrency.GrowArray;

/**
 * Weights in EJML's only sparse form, compressed columns. Its products are fastest with the
 * transpose, whose columns are the weights' rows; all but the serial one of many samples.
 */
final class SparseWeights {
  private final boolean concurrent;
  private final boolean transposed;
  private final FMatrixSparseCSC matrix;
  private final GrowArray<FGrowArray> workspaces = new GrowArray<>(FGrowArray::new);
  private final FGrowArray workspace = new FGrowArray();

  SparseWeights(Csr csr, int batch, boolean concurrent) {
    this.concurrent = concurrent;
    this.transposed = concurrent || batch == 1;
    FMatrixSparseCSC rows = new FMatrixSparseCSC(csr.columns(), csr.rows(), csr.values().length);
    rows.nz_length = csr.values().length;
    rows.col_idx = csr.starts();
    rows.nz_rows = csr.columnIndices();
    rows.nz_values = csr.values();
    rows.indicesSorted = true;
    this.matrix = transposed ? rows : CommonOps_FSCC.transpose(rows, null, null);
  }

  /** Y = S · X, X and Y features × batch. */
  void multiply(FMatrixRMaj x, FMatrixRMaj y) {
    if (concurrent) {
      CommonOps_MT_FSCC.multTransA(matrix, x, y, workspaces);
    } else if (transposed) {
      CommonOps_FSCC.multTransA(matrix, x, y, workspace);
    } else {
      CommonOps_FSCC.mult(matrix, x, y);
    }
  }
}
