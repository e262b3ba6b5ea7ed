package org.prunecl.bench.ejml;

import java.io.IOException;
import org.ejml.data.FMatrixRMaj;
import org.prunecl.bench.worker.Csr;
import org.prunecl.bench.worker.Order;
import org.prunecl.bench.worker.Work;

/** One product, activations features × batch. */
final class EjmlLayer implements Work {
  private final SparseWeights weights;
  private final FMatrixRMaj x;
  private final FMatrixRMaj y;

  EjmlLayer(Order order, boolean concurrent) throws IOException {
    int outputs = order.number(0);
    int inputs = order.number(1);
    int batch = order.number(2);
    this.weights =
        new SparseWeights(Csr.of(outputs, inputs, order.floats("weights.f32")), batch, concurrent);
    this.x = FMatrixRMaj.wrap(inputs, batch, order.floats("x.f32"));
    this.y = new FMatrixRMaj(outputs, batch);
  }

  @Override
  public float[] output() {
    call();
    return y.data.clone();
  }

  @Override
  public void call() {
    weights.multiply(x, y);
  }

  @Override
  public void close() {
    // Nothing but memory of the virtual machine.
  }
}
