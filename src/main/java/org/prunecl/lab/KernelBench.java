package org.prunecl.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.prunecl.Progress;
import org.prunecl.nn.ExecutionPlan;
import org.prunecl.ops.Backend;
import org.prunecl.ops.CsrMatrix;
import org.prunecl.ops.Epilogue;
import org.prunecl.ops.Gemm;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Peak;
import org.prunecl.ops.Spmm;

/** Dense against sparse kernels alone, on weights with uniformly scattered zeros. */
public final class KernelBench {
  /** Calls back to back before one wait, the same on both sides. */
  private static final int CALLS = 20;

  /** What an array can hold, on every JVM. */
  private static final long MAX_ELEMENTS = Integer.MAX_VALUE - 8;

  private final DeviceSession session;
  private final Gemm gemm;
  private final Spmm spmm;

  /** A benchmark on this device. */
  public KernelBench(DeviceSession session) {
    this.session = session;
    this.gemm = new Gemm(session.backend());
    this.spmm = new Spmm(session.backend());
  }

  /**
   * The shape of a layer's weights.
   *
   * @param rows outputs
   * @param cols inputs
   */
  public record Shape(int rows, int cols) {}

  /**
   * What a benchmark of these shapes needs of a device.
   *
   * @throws LabException when a matrix has more elements than an array can hold
   */
  public static Workload workload(List<Shape> shapes, List<Integer> batches) {
    int batch = batches.stream().mapToInt(Integer::intValue).max().orElseThrow();
    long bytes = 0;
    long largest = 0;
    for (Shape shape : shapes) {
      long weights = Matrix.bytes(shape.rows, shape.cols);
      long inputs = Matrix.bytes(shape.cols, batch);
      long outputs = Matrix.bytes(shape.rows, batch);
      if (Math.max(weights, Math.max(inputs, outputs)) / Float.BYTES > MAX_ELEMENTS) {
        throw LabException.input(
            shape.rows + "x" + shape.cols + " at batch " + batch + " is too large.",
            "Give --shapes and --batch of at most 2^31 elements each.");
      }
      // The weights, and their CSR of two numbers each; the outputs of both.
      bytes = Math.max(bytes, 3 * weights + inputs + 2 * outputs);
      largest = Math.max(largest, Math.max(weights, Math.max(inputs, outputs)));
    }
    return new Workload(
        bytes,
        largest,
        backend -> {
          ExecutionPlan.prepare(backend);
          Peak.prepare(backend);
        });
  }

  /**
   * Times every shape × batch × sparsity.
   *
   * @param seed of weights and activations
   */
  public BenchResults run(
      List<Shape> shapes,
      List<Integer> batches,
      List<Double> sparsities,
      long seed,
      Progress progress) {
    progress.start("bench", (long) shapes.size() * batches.size() * sparsities.size());
    double registerPeak = Peak.gflops(session.backend());
    List<Measured> measured = new ArrayList<>();
    for (Shape shape : shapes) {
      for (int batch : batches) {
        for (double sparsity : sparsities) {
          measured.addAll(pair(shape, batch, sparsity, seed));
          progress.update(
              measured.size() / 2,
              String.format(
                  Locale.ROOT,
                  "%dx%d batch %d %.0f %%",
                  shape.rows,
                  shape.cols,
                  batch,
                  100 * sparsity));
        }
      }
    }
    progress.close();
    // The peak is the larger of the register loop and the best dense product of the same run.
    double peak =
        Math.max(
            registerPeak,
            measured.stream()
                .filter(one -> one.execution.equals("dense"))
                .mapToDouble(Measured::bestGflops)
                .max()
                .orElse(0));
    List<BenchResults.Case> cases = measured.stream().map(one -> one.toCase(peak)).toList();
    for (BenchResults.Case one : cases) {
      if (one.shareOfPeak() > 1) {
        throw LabException.run(
            String.format(
                "A %s product ran at %.0f %% of the device's peak: the measurement is wrong.",
                one.execution(), 100 * one.shareOfPeak()),
            "Run it again on a quiet machine; report it if it stays.");
      }
    }
    return new BenchResults(
        BenchResults.SCHEMA, session.info(), peak, cases, crossovers(shapes, batches, cases));
  }

  private record Measured(
      Shape shape,
      int batch,
      double sparsity,
      String execution,
      Quartiles milliseconds,
      Double deviceMs,
      long multiplyAdds) {

    double bestGflops() {
      return gflops(milliseconds.low());
    }

    private double gflops(double ms) {
      return 2.0 * multiplyAdds / ms / 1e6;
    }

    BenchResults.Case toCase(double peak) {
      double rate = gflops(milliseconds.median());
      return new BenchResults.Case(
          shape.rows,
          shape.cols,
          batch,
          sparsity,
          execution,
          milliseconds.median(),
          milliseconds.low(),
          milliseconds.high(),
          deviceMs,
          rate,
          rate / peak);
    }
  }

  private List<Measured> pair(Shape shape, int batch, double sparsity, long seed) {
    Backend backend = session.backend();
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = scattered(shape, sparsity, random);
    try (Matrix w = backend.matrix(shape.rows, shape.cols, weights);
        Matrix x = backend.matrix(shape.cols, batch, uniform(shape.cols * batch, random));
        Matrix denseY = backend.matrix(shape.rows, batch);
        Matrix sparseY = backend.matrix(shape.rows, batch);
        CsrMatrix s = CsrMatrix.of(backend, w)) {
      Runnable dense = () -> gemm.multiply(w, x, denseY, Epilogue.RELU);
      Runnable sparse = () -> spmm.multiply(s, x, sparseY, Epilogue.RELU);
      for (int i = 0; i < CALLS; i++) {
        dense.run();
        sparse.run();
      }
      compare(denseY.read(), sparseY.read(), shape.cols);
      List<Alternating.Times> times =
          Alternating.time(List.of(dense, sparse), CALLS, backend::finish);
      return List.of(
          new Measured(
              shape,
              batch,
              sparsity,
              "dense",
              times.get(0).milliseconds(),
              deviceMs(dense),
              (long) shape.rows * shape.cols * batch),
          new Measured(
              shape,
              batch,
              sparsity,
              "csr",
              times.get(1).milliseconds(),
              deviceMs(sparse),
              (long) s.nonzeros() * batch));
    }
  }

  private Double deviceMs(Runnable kernel) {
    if (!session.clockPlausible()) {
      return null;
    }
    return session
            .backend()
            .deviceNanos(
                () -> {
                  for (int i = 0; i < CALLS; i++) {
                    kernel.run();
                  }
                })
        / 1e6
        / CALLS;
  }

  private static void compare(float[] dense, float[] sparse, int terms) {
    for (int i = 0; i < dense.length; i++) {
      // Weights and activations lie in [-1, 1]: each side rounds at most once per term.
      if (!(Math.abs(dense[i] - sparse[i]) <= 2.4e-7 * terms)) {
        throw LabException.run(
            "Dense and sparse products disagree: " + dense[i] + " and " + sparse[i] + ".",
            "Choose another device with --device, and report this one.");
      }
    }
  }

  /** Exactly int(n · sparsity) zeros at random places, the rest uniform in [-1, 1] and not zero. */
  private static float[] scattered(Shape shape, double sparsity, SplittableRandom random) {
    float[] weights = uniform(shape.rows * shape.cols, random);
    int zeros = (int) (weights.length * sparsity);
    for (int i = 0; i < weights.length; i++) {
      // Selection sampling (Knuth, 2, 3.4.2 S): each place with the right probability, exactly so
      // many.
      if (random.nextInt(weights.length - i) < zeros) {
        weights[i] = 0;
        zeros--;
      }
    }
    return weights;
  }

  private static float[] uniform(int count, SplittableRandom random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      float magnitude = (float) (1 - random.nextDouble());
      values[i] = random.nextBoolean() ? magnitude : -magnitude;
    }
    return values;
  }

  private static List<BenchResults.ShapeCrossover> crossovers(
      List<Shape> shapes, List<Integer> batches, List<BenchResults.Case> cases) {
    List<BenchResults.ShapeCrossover> crossovers = new ArrayList<>();
    for (Shape shape : shapes) {
      for (int batch : batches) {
        List<Crossovers.Point> points = new ArrayList<>();
        for (int i = 0; i < cases.size(); i += 2) {
          BenchResults.Case dense = cases.get(i);
          if (dense.rows() == shape.rows && dense.cols() == shape.cols && dense.batch() == batch) {
            points.add(
                new Crossovers.Point(
                    dense.sparsity(), dense.medianMs() / cases.get(i + 1).medianMs()));
          }
        }
        crossovers.add(
            new BenchResults.ShapeCrossover(
                shape.rows, shape.cols, batch, "csr", Crossovers.of(points)));
      }
    }
    return crossovers;
  }
}
