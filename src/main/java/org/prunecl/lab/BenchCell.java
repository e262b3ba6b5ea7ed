package org.prunecl.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.prunecl.lab.KernelTimer.Measured;

/**
 * What was measured at one shape, batch and sparsity.
 *
 * @param shape of the weights
 * @param batch columns of the activations
 * @param sparsity share of zeros in the weights
 * @param sides in the same rounds: dense first, then the sparse forms, {@code auto} last
 */
record BenchCell(KernelBench.Shape shape, int batch, double sparsity, List<Measured> sides) {
  /** The rate of dense at the lower quartile of its times, GFLOP/s. */
  double bestDenseGflops() {
    return gflops(dense(), dense().times().milliseconds().low());
  }

  /** What results hold of it. */
  List<BenchResults.Case> cases(double peak, long seed) {
    return sides.stream().map(side -> toCase(side, peak, seed)).toList();
  }

  private BenchResults.Case toCase(Measured side, double peak, long seed) {
    Quartiles wall = side.times().milliseconds();
    double rate = gflops(side, wall.median());
    Bootstrap.Pairs pairs = pairs(side);
    Bootstrap.Interval interval = Bootstrap.of(pairs::resampledSpeedup, seed);
    return new BenchResults.Case(
        shape.rows(),
        shape.cols(),
        batch,
        sparsity,
        side.execution(),
        wall.median(),
        wall.low(),
        wall.high(),
        side.deviceMs(),
        rate,
        rate / peak,
        side.form(),
        pairs.speedup(),
        interval.low(),
        interval.high(),
        side.multiplyAdds() == 0 ? null : (double) dense().multiplyAdds() / side.multiplyAdds(),
        side.coldMs(),
        side.execution().equals(BenchResults.AUTO) ? againstBest(side, seed) : null);
  }

  private BenchResults.AgainstBest againstBest(Measured auto, long seed) {
    Measured best =
        sides.stream()
            .filter(side -> !side.execution().equals(BenchResults.AUTO))
            .min(Comparator.comparingDouble(side -> side.times().milliseconds().median()))
            .orElseThrow();
    // How many times as fast the best one is, is how many times as long auto takes.
    Bootstrap.Pairs pairs = new Bootstrap.Pairs(auto.times().perRound(), best.times().perRound());
    Bootstrap.Interval interval = Bootstrap.of(pairs::resampledSpeedup, seed);
    return new BenchResults.AgainstBest(
        best.form(), pairs.speedup(), interval.low(), interval.high());
  }

  /** The crossovers of cells in any order: shapes, batches and executions as they first appear. */
  static List<BenchResults.ShapeCrossover> crossovers(List<BenchCell> cells, long seed) {
    record Key(KernelBench.Shape shape, int batch, String execution) {}
    Map<Key, List<Crossovers.Sample>> samples = new LinkedHashMap<>();
    for (BenchCell cell : cells) {
      for (Measured side : cell.sides.subList(1, cell.sides.size())) {
        samples
            .computeIfAbsent(
                new Key(cell.shape, cell.batch, side.execution()), key -> new ArrayList<>())
            .add(cell.sample(side));
      }
    }
    List<BenchResults.ShapeCrossover> crossovers = new ArrayList<>();
    samples.forEach(
        (key, all) -> {
          Bootstrap.Interval interval = Crossovers.interval(all, seed);
          crossovers.add(
              new BenchResults.ShapeCrossover(
                  key.shape.rows(),
                  key.shape.cols(),
                  key.batch,
                  key.execution,
                  Crossovers.measured(all),
                  interval.low(),
                  interval.high()));
        });
    return crossovers;
  }

  /**
   * One point of a crossover. Where {@code auto} chose dense it isn't faster than dense, whatever
   * the noise between two runs of the same kernel says; how far from it the choice was is what the
   * fastest sparse form says.
   */
  private Crossovers.Sample sample(Measured side) {
    if (!side.form().equals(BenchResults.DENSE)) {
      return new Crossovers.Sample(sparsity, pairs(side), Double.POSITIVE_INFINITY);
    }
    Measured next =
        sides.stream()
            .filter(other -> !other.form().equals(BenchResults.DENSE))
            .min(Comparator.comparingDouble(other -> other.times().milliseconds().median()))
            .orElseThrow();
    return new Crossovers.Sample(sparsity, pairs(next), 1);
  }

  private Measured dense() {
    return sides.get(0);
  }

  private Bootstrap.Pairs pairs(Measured side) {
    return new Bootstrap.Pairs(dense().times().perRound(), side.times().perRound());
  }

  private static double gflops(Measured side, double ms) {
    return 2.0 * side.multiplyAdds() / ms / 1e6;
  }
}
