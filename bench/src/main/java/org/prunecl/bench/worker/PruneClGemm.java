package org.prunecl.bench.worker;

import java.io.IOException;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Epilogue;
import org.prunecl.ops.Gemm;
import org.prunecl.ops.Matrix;

/**
 * One product of a layer, on matrices as training keeps them: weights outputs × inputs, activations
 * and their gradients features × batch.
 */
final class PruneClGemm implements Work {
  private final Backend backend;
  private final Gemm gemm;
  private final Scope scope = new Scope();
  private final boolean transposeA;
  private final boolean transposeB;
  private final Matrix a;
  private final Matrix b;
  private final Matrix c;

  PruneClGemm(Backend backend, Order order) throws IOException {
    this.backend = backend;
    this.gemm = new Gemm(backend);
    Product product = Product.of(order.words().get(0));
    int outputs = order.number(1);
    int inputs = order.number(2);
    int batch = order.number(3);
    this.transposeA = product == Product.INPUT_GRADIENT;
    this.transposeB = product == Product.WEIGHT_GRADIENT;
    float[] left = order.floats("a.f32");
    float[] right = order.floats("b.f32");
    try {
      if (product == Product.WEIGHT_GRADIENT) {
        a = scope.own(backend.matrix(outputs, batch, left));
        b = scope.own(backend.matrix(inputs, batch, right));
        c = scope.own(backend.matrix(outputs, inputs));
      } else {
        a = scope.own(backend.matrix(outputs, inputs, left));
        boolean forward = product == Product.FORWARD;
        b = scope.own(backend.matrix(forward ? inputs : outputs, batch, right));
        c = scope.own(backend.matrix(forward ? outputs : inputs, batch));
      }
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  @Override
  public float[] output() {
    c.fill(Float.NaN);
    call();
    return c.read();
  }

  @Override
  public void call() {
    gemm.multiply(1f, a, transposeA, b, transposeB, 0f, c, Epilogue.NONE);
  }

  @Override
  public void await() {
    backend.finish();
  }

  @Override
  public void close() {
    scope.close();
  }
}
