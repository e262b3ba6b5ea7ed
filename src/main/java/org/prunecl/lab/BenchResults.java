package org.prunecl.lab;

import java.util.List;

/**
 * What {@code bench --json} prints, schema 1: dense against sparse kernels alone.
 *
 * @param schema version of this layout: 1
 * @param device where it was measured
 * @param peakGflops multiply-add peak of the device in this run, GFLOP/s
 * @param cases one per shape, batch, sparsity and execution
 * @param crossover one per shape, batch and execution but dense
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
   * @param execution {@code dense}, a sparse form, or {@code auto}: the form that was fastest in a
   *     short run before, timed again as a side of its own
   * @param medianMs median wall time of one call, milliseconds
   * @param lowMs lower quartile, milliseconds
   * @param highMs upper quartile, milliseconds
   * @param deviceMs mean event time of one call, milliseconds, or null where the device's clock is
   *     not plausible
   * @param gflops multiply-adds executed by this form, times two, per second, in 1e9
   * @param shareOfPeak {@code gflops} divided by the peak
   * @param form what ran: the execution itself, and of {@code auto} the form it chose
   * @param speedup median of dense divided by this one's, in the same rounds
   * @param speedupLow lower end of its 95 % interval
   * @param speedupHigh upper end of its 95 % interval
   * @param theoreticalSpeedup multiply-adds of dense divided by those executed; null where none are
   * @param coldMs median wall time of one call whose weights lie in no cache, milliseconds; null
   *     where that wasn't asked for
   * @param againstBest of {@code auto}: how it compares with the best single form; else null
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
      double shareOfPeak,
      String form,
      double speedup,
      double speedupLow,
      double speedupHigh,
      Double theoreticalSpeedup,
      Double coldMs,
      AgainstBest againstBest) {}

  /**
   * What a choice by measurement costs against having known better.
   *
   * @param form the single form, dense among them, with the smallest median in the same rounds
   * @param ratio median of {@code auto} divided by that form's: 1.05 is 5 % slower. Picking the
   *     smallest of several noisy medians favours that form, never {@code auto}
   * @param low lower end of its 95 % interval
   * @param high upper end of its 95 % interval
   */
  public record AgainstBest(String form, double ratio, double low, double high) {}

  /**
   * The crossover of one shape at one batch size.
   *
   * @param rows rows of W (outputs)
   * @param cols columns of W (inputs)
   * @param batch columns of the activations
   * @param execution a sparse form, or {@code auto}
   * @param sparsity smallest sparsity from which it stays faster than dense, interpolated between
   *     measured points; null where there is none
   * @param low lower end of its 95 % interval, the smallest measured sparsity meaning there or
   *     below; null where 97.5 % of the resamples or more have no crossover
   * @param high upper end of its 95 % interval; null where 2.5 % of the resamples or more have no
   *     crossover
   */
  public record ShapeCrossover(
      int rows, int cols, int batch, String execution, Double sparsity, Double low, Double high) {}

  /** The name of the dense execution. */
  public static final String DENSE = "dense";

  /** The name of the execution whose form was chosen by measurement. */
  public static final String AUTO = "auto";

  /** Makes the lists unmodifiable. */
  public BenchResults {
    cases = List.copyOf(cases);
    crossover = List.copyOf(crossover);
  }
}
