package org.prunecl.bench.mkl;

import static org.bytedeco.mkl.global.mkl_rt.CblasNoTrans;
import static org.bytedeco.mkl.global.mkl_rt.CblasRowMajor;
import static org.bytedeco.mkl.global.mkl_rt.CblasTrans;
import static org.bytedeco.mkl.global.mkl_rt.cblas_sgemm;
import static org.bytedeco.mkl.global.mkl_rt.mkl_somatcopy;
import static org.bytedeco.mkl.global.mkl_rt.vsFmax;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.prunecl.bench.worker.Csr;
import org.prunecl.bench.worker.NetworkFiles;
import org.prunecl.bench.worker.Order;
import org.prunecl.bench.worker.Work;

/**
 * The pruned network from an array of the host to an array of the host, with MKL's kernels alone:
 * the maximum with zero is ReLU, and in the layout features × batch its transposition turns samples
 * and logits round. The output layer is dense.
 */
final class MklNetwork implements Work {
  private static final byte ROWS = 'R';
  private static final byte TRANSPOSE = 'T';

  private final List<SparseHandle> hidden = new ArrayList<>();
  private final List<FloatPointer> activations = new ArrayList<>();
  private final int lastInputs;
  private final int classes;
  private final FloatPointer lastWeights;
  private final FloatPointer result;
  private final float[] input;
  private final float[] logits;
  private final FloatPointer samples;
  private final FloatPointer turned;
  private final FloatPointer zeros;
  private final int batch;
  private final boolean turn;

  MklNetwork(Order order, boolean batchMajor) throws IOException {
    int[] widths = order.widths(0);
    this.batch = order.number(1);
    this.turn = !batchMajor && batch > 1;
    this.input = order.floats("x.f32");
    List<float[]> weights = NetworkFiles.weights(order, widths);
    int widest = 0;
    int last = weights.size() - 1;
    for (int i = 0; i < last; i++) {
      Csr csr = Csr.of(widths[i + 1], widths[i], weights.get(i));
      hidden.add(new SparseHandle(csr, batch, batchMajor));
      activations.add(new FloatPointer((long) widths[i + 1] * batch));
      widest = Math.max(widest, widths[i + 1]);
    }
    this.lastInputs = widths[last];
    this.classes = widths[last + 1];
    this.lastWeights = new FloatPointer(weights.get(last));
    this.result = new FloatPointer((long) classes * batch);
    this.logits = new float[classes * batch];
    this.samples = new FloatPointer((long) input.length);
    this.turned = new FloatPointer((long) Math.max(input.length, logits.length));
    this.zeros = new FloatPointer(new float[widest * batch]);
  }

  @Override
  public float[] output() {
    call();
    return logits.clone();
  }

  @Override
  public void call() {
    samples.put(input);
    FloatPointer x = samples;
    if (turn) {
      transpose(samples, batch, input.length / batch);
      x = turned;
    }
    for (int i = 0; i < hidden.size(); i++) {
      FloatPointer y = activations.get(i);
      hidden.get(i).multiply(x, y);
      vsFmax(hidden.get(i).rows() * batch, y, zeros, y);
      x = y;
    }
    if (turn) {
      gemm(CblasNoTrans, classes, batch, lastWeights, lastInputs, x, batch);
      transpose(result, classes, batch);
      turned.get(logits);
    } else {
      gemm(CblasTrans, batch, classes, x, lastInputs, lastWeights, lastInputs);
      result.get(logits);
    }
  }

  /** Result = A · op(B), rows × columns. */
  private void gemm(
      int op, int rows, int columns, FloatPointer a, int lda, FloatPointer b, int ldb) {
    cblas_sgemm(
        CblasRowMajor,
        CblasNoTrans,
        op,
        rows,
        columns,
        lastInputs,
        1f,
        a,
        lda,
        b,
        ldb,
        0f,
        result,
        columns);
  }

  private void transpose(FloatPointer from, int rows, int columns) {
    mkl_somatcopy(ROWS, TRANSPOSE, rows, columns, 1f, from, columns, turned, rows);
  }

  @Override
  public void close() {
    hidden.forEach(SparseHandle::close);
    activations.forEach(FloatPointer::close);
    lastWeights.close();
    result.close();
    samples.close();
    turned.close();
    zeros.close();
  }
}
