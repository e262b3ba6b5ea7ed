package org.prunecl.lab;

import java.util.List;

/**
 * What {@code bench --json} prints, schema 1: dense against sparse kernels alone.
 *
 * @param schema version of this layout: 1
 * @param device where it was measured
 * @param peakGflops multiply-add peak of the device in this run, GFLOP/s
 * @param cases one per shape, batch, sparsity and execution
 * @param crossover one per shape, batch and sparse execution
 */
public record BenchResults(
    int schema,
    DeviceInfo device,
    double peakGflops,
    List<Case> cases,
    List<ShapeCrossover> crossover) {

  /** The version of the layout that this program writes. */
  public static final int SCHEMA = 1;

  /**
   * One kernel at one shape.
   *
   * @param rows rows of W (outputs)
   * @param cols columns of W (inputs)
   * @param batch columns of the activations
   * @param sparsity share of zeros in W
   * @param execution {@code dense} or {@code csr}
   * @param medianMs median wall time of one call, milliseconds
   * @param lowMs lower quartile, milliseconds
   * @param highMs upper quartile, milliseconds
   * @param deviceMs mean event time of one call, milliseconds, or null where the device's clock is
   *     not plausible
   * @param gflops multiply-adds executed by this form, times two, per second, in 1e9
   * @param shareOfPeak {@code gflops} divided by the peak
   */
  public record Case(
      int rows,
      int cols,
      int batch,
      double sparsity,
      String execution,
      double medianMs,
      double lowMs,
      double highMs,
      Double deviceMs,
      double gflops,
      double shareOfPeak) {}

  /** The crossover of one shape at one batch size; {@code sparsity} is null where there is none. */
  public record ShapeCrossover(int rows, int cols, int batch, String execution, Double sparsity) {}

  /** Makes the lists unmodifiable. */
  public BenchResults {
    cases = List.copyOf(cases);
    crossover = List.copyOf(crossover);
  }
}
