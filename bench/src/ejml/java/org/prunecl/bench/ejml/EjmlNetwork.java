package org.prunecl.bench.ejml;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.prunecl.bench.worker.Csr;
import org.prunecl.bench.worker.NetworkFiles;
import org.prunecl.bench.worker.Order;
import org.prunecl.bench.worker.Work;

/** The pruned network, samples and logits turned round in the call. The output layer is dense. */
final class EjmlNetwork implements Work {
  private final List<SparseWeights> hidden = new ArrayList<>();
  private final List<FMatrixRMaj> activations = new ArrayList<>();
  private final FMatrixRMaj last;
  private final FMatrixRMaj samples;
  private final FMatrixRMaj features;
  private final FMatrixRMaj classes;
  private final FMatrixRMaj logits;

  EjmlNetwork(Order order, boolean concurrent) throws IOException {
    int[] widths = order.widths(0);
    int batch = order.number(1);
    int outputs = widths[widths.length - 1];
    List<float[]> weights = NetworkFiles.weights(order, widths);
    for (int i = 0; i < weights.size() - 1; i++) {
      hidden.add(
          new SparseWeights(Csr.of(widths[i + 1], widths[i], weights.get(i)), batch, concurrent));
      activations.add(new FMatrixRMaj(widths[i + 1], batch));
    }
    this.last =
        FMatrixRMaj.wrap(outputs, widths[widths.length - 2], weights.get(weights.size() - 1));
    this.samples = FMatrixRMaj.wrap(batch, widths[0], order.floats("x.f32"));
    this.features = new FMatrixRMaj(widths[0], batch);
    this.classes = new FMatrixRMaj(outputs, batch);
    this.logits = new FMatrixRMaj(batch, outputs);
  }

  @Override
  public float[] output() {
    call();
    return logits.data.clone();
  }

  @Override
  public void call() {
    CommonOps_FDRM.transpose(samples, features);
    FMatrixRMaj x = features;
    for (int i = 0; i < hidden.size(); i++) {
      FMatrixRMaj y = activations.get(i);
      hidden.get(i).multiply(x, y);
      for (int j = 0; j < y.data.length; j++) {
        y.data[j] = Math.max(0, y.data[j]);
      }
      x = y;
    }
    CommonOps_FDRM.mult(last, x, classes);
    CommonOps_FDRM.transpose(classes, logits);
  }

  @Override
  public void close() {
    // Nothing but memory of the virtual machine.
  }
}
