package org.prunecl.bench.jmh;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.prunecl.ops.Chain;
import org.prunecl.ops.Matrix;

/** All layers of a network in one launch; ReLU between them. */
public class ChainBenchmark extends DeviceBenchmark {
  /** Widths of the network's vectors. */
  @Param("784-1000-1000-500-200-10")
  public String network;

  /** Share of the weights that are zero; the output layer has none. */
  @Param({"0", "0.9", "0.95"})
  public double sparsity;

  /** Samples at a time. */
  @Param({"1", "32", "128"})
  public int batch;

  private Chain chain;
  private Matrix x;
  private Matrix y;
  private double[] expected;

  /** The operation. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void time() {
    calls();
  }

  @Override
  void prepare() {
    int[] widths = Arrays.stream(network.split("-")).mapToInt(Integer::parseInt).toArray();
    float[] samples = uniform(widths[0] * batch);
    float[] activations = samples;
    List<Chain.Link> links = new ArrayList<>();
    for (int i = 1; i < widths.length; i++) {
      boolean last = i == widths.length - 1;
      float[] w = uniform(widths[i] * widths[i - 1]);
      Sparse.scattered(w, last ? 0 : sparsity, seed);
      expected = Plain.product(w, activations, widths[i], batch, widths[i - 1]);
      activations = relu(expected);
      links.add(new Chain.Link(upload(widths[i], widths[i - 1], w), null, !last));
    }
    chain = own(Chain.of(backend, links, batch));
    x = upload(widths[0], batch, samples);
    y = zeros(widths[widths.length - 1], batch);
  }

  private static float[] relu(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) Math.max(0, values[i]);
    }
    return result;
  }

  @Override
  void call() {
    chain.run(x, y);
  }

  @Override
  void check() {
    Plain.check(
        expected, y.read(), 1e-4 * Arrays.stream(expected).map(Math::abs).max().orElseThrow());
  }

  @Override
  Object result() {
    return y.read();
  }
}
