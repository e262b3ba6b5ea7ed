package org.prunecl.bench.ejml;

import org.ejml.data.FGrowArray;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.FMatrixSparseCSC;
import org.ejml.sparse.csc.CommonOps_FSCC;
import org.ejml.sparse.csc.CommonOps_MT_FSCC;
import org.prunecl.bench.worker.Csr;
import pabeles.concurrency.GrowArray;

/**
 * Weights in EJML's only sparse form, compressed columns. EJML's concurrent product is fastest with
 * the transpose, whose columns are the weights' rows; its serial one without.
 */
final class SparseWeights {
  private final boolean concurrent;
  private final FMatrixSparseCSC matrix;
  private final GrowArray<FGrowArray> workspace = new GrowArray<>(FGrowArray::new);

  SparseWeights(Csr csr, boolean concurrent) {
    this.concurrent = concurrent;
    FMatrixSparseCSC transposed =
        new FMatrixSparseCSC(csr.columns(), csr.rows(), csr.values().length);
    transposed.nz_length = csr.values().length;
    transposed.col_idx = csr.starts();
    transposed.nz_rows = csr.columnIndices();
    transposed.nz_values = csr.values();
    transposed.indicesSorted = true;
    this.matrix = concurrent ? transposed : CommonOps_FSCC.transpose(transposed, null, null);
  }

  /** Y = S · X, X and Y features × batch. */
  void multiply(FMatrixRMaj x, FMatrixRMaj y) {
    if (concurrent) {
      CommonOps_MT_FSCC.multTransA(matrix, x, y, workspace);
    } else {
      CommonOps_FSCC.mult(matrix, x, y);
    }
  }
}
