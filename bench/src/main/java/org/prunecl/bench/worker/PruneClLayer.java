package org.prunecl.bench.worker;

import java.io.IOException;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Epilogue;
import org.prunecl.ops.Gemm;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.SparseForm;
import org.prunecl.ops.SparseMatrix;
import org.prunecl.ops.Spmm;

/** A pruned layer's forward product, activations features × batch. */
final class PruneClLayer implements Work {
  /** By which a form is chosen before anything is timed. */
  private static final int ROUNDS = 15;

  private static final int CALLS = 20;

  private final Backend backend;
  private final Scope scope = new Scope();
  private final Matrix x;
  private final Matrix y;
  private final Runnable product;

  /** The product with its zeros left out, or with all of them. */
  PruneClLayer(Backend backend, Order order, boolean sparse) throws IOException {
    this.backend = backend;
    int outputs = order.number(0);
    int inputs = order.number(1);
    int batch = order.number(2);
    float[] values = order.floats("weights.f32");
    float[] input = order.floats("x.f32");
    try {
      Matrix weights = scope.own(backend.matrix(outputs, inputs, values));
      this.x = scope.own(backend.matrix(inputs, batch, input));
      this.y = scope.own(backend.matrix(outputs, batch));
      this.product = sparse ? sparse(weights) : dense(weights);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  private Runnable dense(Matrix weights) {
    Gemm gemm = new Gemm(backend);
    return () -> gemm.multiply(weights, x, y, Epilogue.NONE);
  }

  /** In the fastest of the forms that suit the layer. */
  private Runnable sparse(Matrix weights) {
    Spmm spmm = new Spmm(backend);
    Runnable fastest = null;
    long least = Long.MAX_VALUE;
    for (SparseForm form : SparseForm.values()) {
      if (form.suits(backend, weights.columns(), x.columns())) {
        SparseMatrix operand = scope.own(form.of(backend, weights, x.columns()));
        Runnable candidate = () -> spmm.multiply(operand, x, y, Epilogue.NONE);
        long nanos = leastNanos(candidate);
        if (nanos < least) {
          least = nanos;
          fastest = candidate;
        }
      }
    }
    return fastest;
  }

  private long leastNanos(Runnable candidate) {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      for (int call = 0; call < CALLS; call++) {
        candidate.run();
      }
      backend.finish();
      least = Math.min(least, System.nanoTime() - start);
    }
    return least;
  }

  @Override
  public float[] output() {
    y.fill(Float.NaN);
    call();
    return y.read();
  }

  @Override
  public void call() {
    product.run();
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
