package org.prunecl.bench.jmh;

import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.prunecl.ops.Labels;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Samples;

/** A shuffled batch of bytes, gathered and normalised, from a dataset of 60,000. */
public class GatherBenchmark extends DeviceBenchmark {
  private static final int COUNT = 60_000;
  private static final int FEATURES = 784;

  /** Samples in a batch. */
  @Param({"32", "128", "1000"})
  public int batch;

  private Samples samples;
  private Labels labels;
  private Matrix x;
  private byte[] pixels;
  private int[] order;

  /** The operation. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void time() {
    calls();
  }

  @Override
  void prepare() {
    pixels = bytes(COUNT * FEATURES, 256);
    // 7919 is prime to the count: a permutation without a pattern that a cache could use.
    order = IntStream.range(0, COUNT).map(i -> (int) (i * 7919L % COUNT)).toArray();
    samples = own(new Samples(backend, pixels, bytes(COUNT, 10), FEATURES, 1f / 255, 0));
    samples.order(order);
    x = zeros(FEATURES, batch);
    labels = own(new Labels(backend, batch));
  }

  @Override
  void call() {
    samples.gather(0, x, labels);
  }

  @Override
  void check() {
    double[] expected = new double[FEATURES * batch];
    for (int j = 0; j < batch; j++) {
      for (int i = 0; i < FEATURES; i++) {
        expected[i * batch + j] = (pixels[order[j] * FEATURES + i] & 0xff) / 255.0;
      }
    }
    Plain.check(expected, x.read(), 1e-6);
  }

  @Override
  Object result() {
    return x.read();
  }
}
