package org.prunecl.bench.jmh;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.prunecl.ops.Labels;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Reduce;

/** The predicted class of each sample. */
public class ArgmaxBenchmark extends DeviceBenchmark {
  /** Classes × batch of the logits. */
  @Param({"10x32", "10x128", "1000x128"})
  public String logits;

  private Reduce reduce;
  private Matrix z;
  private Labels predicted;
  private float[] values;

  /** The operation. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void time() {
    calls();
  }

  @Override
  void prepare() {
    int[] shape = shape(logits);
    values = uniform(shape[0] * shape[1]);
    reduce = new Reduce(backend);
    z = upload(shape[0], shape[1], values);
    predicted = own(new Labels(backend, shape[1]));
  }

  @Override
  void call() {
    reduce.columnArgmax(z, predicted);
  }

  @Override
  void check() {
    int batch = z.columns();
    int[] classes = predicted.read(batch);
    for (int j = 0; j < batch; j++) {
      int best = 0;
      for (int i = 1; i < z.rows(); i++) {
        if (values[i * batch + j] > values[best * batch + j]) {
          best = i;
        }
      }
      if (classes[j] != best) {
        throw new IllegalStateException("Sample " + j + " is " + classes[j] + ", not " + best);
      }
    }
  }

  @Override
  Object result() {
    return predicted.read(z.columns());
  }
}
