package org.prunecl.report;

import java.util.ArrayList;
import java.util.List;
import org.prunecl.lab.BenchResults;
import org.prunecl.lab.BenchResults.AgainstBest;
import org.prunecl.lab.BenchResults.Case;
import org.prunecl.lab.BenchResults.ShapeCrossover;

/** Kernel benchmarks to report in tests. */
final class Benches {
  private Benches() {}

  /** A case of which little matters but its times; its speedup is known to 5 %. */
  static Case one(
      int rows, int cols, int batch, double sparsity, String execution, double ms, double denseMs) {
    double speedup = denseMs / ms;
    boolean dense = execution.equals("dense");
    return new Case(
        rows,
        cols,
        batch,
        sparsity,
        execution,
        ms,
        0.9 * ms,
        1.1 * ms,
        null,
        40.1,
        dense ? 0.892 : 0.223,
        execution,
        speedup,
        dense ? 1 : 0.95 * speedup,
        dense ? 1 : 1.05 * speedup,
        theory(dense, sparsity),
        null,
        null);
  }

  private static Double theory(boolean dense, double sparsity) {
    if (dense) {
      return 1.0;
    }
    return sparsity == 1 ? null : Double.valueOf(1 / (1 - sparsity));
  }

  /** The measured choice of that form. */
  static Case auto(Case chosen, AgainstBest againstBest) {
    return new Case(
        chosen.rows(),
        chosen.cols(),
        chosen.batch(),
        chosen.sparsity(),
        "auto",
        chosen.medianMs(),
        chosen.lowMs(),
        chosen.highMs(),
        chosen.deviceMs(),
        chosen.gflops(),
        chosen.shareOfPeak(),
        chosen.form(),
        chosen.speedup(),
        chosen.speedupLow(),
        chosen.speedupHigh(),
        chosen.theoreticalSpeedup(),
        chosen.coldMs(),
        againstBest);
  }

  /** The same case with cold weights. */
  static Case cold(Case one, double coldMs) {
    return new Case(
        one.rows(),
        one.cols(),
        one.batch(),
        one.sparsity(),
        one.execution(),
        one.medianMs(),
        one.lowMs(),
        one.highMs(),
        one.deviceMs(),
        one.gflops(),
        one.shareOfPeak(),
        one.form(),
        one.speedup(),
        one.speedupLow(),
        one.speedupHigh(),
        one.theoreticalSpeedup(),
        coldMs,
        one.againstBest());
  }

  static BenchResults results(List<Case> cases, ShapeCrossover... crossovers) {
    return new BenchResults(1, Sweeps.DEVICE, 180, cases, List.of(crossovers));
  }

  /** Two shapes at two batch sizes, CSR twice as fast as dense when 75 % are zeros, and so on. */
  static BenchResults realistic() {
    List<Case> cases = new ArrayList<>();
    for (int cols : new int[] {784, 1000}) {
      for (int batch : new int[] {1, 128}) {
        for (double sparsity : new double[] {0.2, 0.5, 0.8, 0.9, 1}) {
          double dense = 1e-5 * cols * batch;
          Case csr = one(1000, cols, batch, sparsity, "csr", dense * 2 * (1.01 - sparsity), dense);
          cases.add(one(1000, cols, batch, sparsity, "dense", dense, dense));
          cases.add(csr);
          cases.add(auto(csr, new AgainstBest("csr", 1.01, 0.98, 1.04)));
        }
      }
    }
    return results(cases, new ShapeCrossover(1000, 784, 128, "csr", 0.51, 0.5, 0.53));
  }
}
