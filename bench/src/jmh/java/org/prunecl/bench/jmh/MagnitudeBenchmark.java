package org.prunecl.bench.jmh;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.prunecl.ops.Magnitude;
import org.prunecl.ops.Mask;
import org.prunecl.ops.Matrix;

/** A mask of the smallest weights, exact to the element, and its application. */
public class MagnitudeBenchmark extends DeviceBenchmark {
  /** Outputs × inputs of the weights. */
  @Param({"1000x784", "1000x1000", "500x1000", "200x500", "10x200"})
  public String weights;

  /** Share of zeros. */
  @Param({"0.5", "0.9", "0.95"})
  public double sparsity;

  private Magnitude magnitude;
  private Matrix w;
  private Mask mask;
  private long count;

  /** The operation. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void time() {
    calls();
  }

  @Override
  void prepare() {
    int[] shape = shape(weights);
    count = (long) (sparsity * shape[0] * shape[1]);
    magnitude = new Magnitude(backend);
    w = upload(shape[0], shape[1], uniform(shape[0] * shape[1]));
  }

  @Override
  void call() {
    if (mask != null) {
      mask.close();
    }
    mask = magnitude.smallest(w, count);
    magnitude.apply(mask, w);
  }

  @Override
  void check() {
    long pruned = 0;
    for (byte kept : mask.read()) {
      pruned += 1 - kept;
    }
    long zeros = 0;
    for (float value : w.read()) {
      zeros += value == 0 ? 1 : 0;
    }
    if (pruned != count || zeros < count) {
      throw new IllegalStateException(pruned + " pruned and " + zeros + " zeros, not " + count);
    }
  }

  @Override
  Object result() {
    return mask.read();
  }

  @Override
  public void close() {
    mask.close();
    super.close();
  }
}
