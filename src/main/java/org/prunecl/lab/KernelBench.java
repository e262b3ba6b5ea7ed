package org.prunecl.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.prunecl.Progress;
import org.prunecl.nn.ExecutionPlan;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Peak;
import org.prunecl.ops.SparseForm;

/** Dense against sparse kernels alone, on weights with uniformly scattered zeros. */
public final class KernelBench {
  /** What an array can hold, on every JVM. */
  static final long MAX_ELEMENTS = Integer.MAX_VALUE - 8;

  private final DeviceSession session;

  /** A benchmark on this device. */
  public KernelBench(DeviceSession session) {
    this.session = session;
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
      long forms = SparseForm.values().length * SparseForm.bytes(shape.rows, shape.cols);
      long all = weights + forms + inputs + outputs;
      bytes = Math.max(bytes, all);
      largest = Math.max(largest, Math.max(weights, Math.max(inputs, outputs)));
    }
    return new Workload(
        bytes,
        largest,
        backend -> {
          ExecutionPlan.prepare(backend);
          Peak.prepare(backend);
          prepareForms(backend, shapes, batches);
        });
  }

  private static void prepareForms(Backend backend, List<Shape> shapes, List<Integer> batches) {
    for (SparseForm form : SparseForm.values()) {
      for (int batch : batches) {
        if (shapes.stream().anyMatch(shape -> form.suits(backend, shape.cols, batch))) {
          form.prepare(backend, batch);
        }
      }
    }
  }

  /**
   * Times every shape × batch × sparsity.
   *
   * @param seed of weights, activations and resamples
   * @param cold whether to time weights out of the caches too
   * @throws LabException when forms disagree, or a rate is above the device's peak
   */
  public BenchResults run(
      List<Shape> shapes,
      List<Integer> batches,
      List<Double> sparsities,
      long seed,
      boolean cold,
      Progress progress) {
    progress.start("bench", (long) shapes.size() * batches.size() * sparsities.size());
    double registerPeak = Peak.gflops(session.backend());
    KernelTimer timer = new KernelTimer(session, cold);
    List<BenchCell> cells = new ArrayList<>();
    for (Shape shape : shapes) {
      for (int batch : batches) {
        for (double sparsity : sparsities) {
          cells.add(
              new BenchCell(shape, batch, sparsity, measure(timer, shape, batch, sparsity, seed)));
          progress.update(
              cells.size(),
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
            registerPeak, cells.stream().mapToDouble(BenchCell::bestDenseGflops).max().orElse(0));
    List<BenchResults.Case> cases =
        cells.stream().flatMap(cell -> cell.cases(peak, seed).stream()).toList();
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
        BenchResults.SCHEMA, session.info(), peak, cases, BenchCell.crossovers(cells, seed));
  }

  private List<KernelTimer.Measured> measure(
      KernelTimer timer, Shape shape, int batch, double sparsity, long seed) {
    Backend backend = session.backend();
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = scattered(shape, sparsity, random);
    try (Matrix w = backend.matrix(shape.rows, shape.cols, weights);
        Matrix x = backend.matrix(shape.cols, batch, uniform(shape.cols * batch, random))) {
      return timer.time(w, x);
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
}
