package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.prunecl.Progress;
import org.prunecl.testing.OpenClTest;

@OpenClTest
final class KernelBenchTest {
  @Test
  void every_shape_batch_and_sparsity_gives_a_consistent_pair_of_cases() {
    List<KernelBench.Shape> shapes =
        List.of(new KernelBench.Shape(17, 33), new KernelBench.Shape(8, 5));
    List<Integer> batches = List.of(1, 7);
    List<Double> sparsities = List.of(0.0, 0.9, 1.0);
    try (DeviceSession session = Fixture.session(KernelBench.workload(shapes, batches))) {
      BenchResults results =
          new KernelBench(session).run(shapes, batches, sparsities, 1, Progress.NONE);
      assertThat(results.schema()).isEqualTo(1);
      assertThat(results.device()).isEqualTo(session.info());
      assertThat(results.peakGflops()).isPositive();
      assertThat(results.cases()).hasSize(2 * 2 * 3 * 2);
      for (BenchResults.Case one : results.cases()) {
        checkCase(one, results.peakGflops());
      }
      assertThat(results.cases().subList(0, 4))
          .extracting(
              BenchResults.Case::rows,
              BenchResults.Case::cols,
              BenchResults.Case::batch,
              BenchResults.Case::sparsity,
              BenchResults.Case::execution)
          .containsExactly(
              tuple(17, 33, 1, 0.0, "dense"),
              tuple(17, 33, 1, 0.0, "csr"),
              tuple(17, 33, 1, 0.9, "dense"),
              tuple(17, 33, 1, 0.9, "csr"));
      assertThat(results.crossover())
          .extracting(
              BenchResults.ShapeCrossover::rows,
              BenchResults.ShapeCrossover::batch,
              BenchResults.ShapeCrossover::execution)
          .containsExactly(
              tuple(17, 1, "csr"), tuple(17, 7, "csr"), tuple(8, 1, "csr"), tuple(8, 7, "csr"));
    }
  }

  private static void checkCase(BenchResults.Case one, double peak) {
    assertThat(one.lowMs()).isPositive().isLessThanOrEqualTo(one.medianMs());
    assertThat(one.highMs()).isGreaterThanOrEqualTo(one.medianMs());
    int weights = one.rows() * one.cols();
    int executed =
        one.execution().equals("csr") ? weights - (int) (weights * one.sparsity()) : weights;
    double flops = 2.0 * executed * one.batch();
    assertThat(one.gflops())
        .as("%s", one)
        .isCloseTo(flops / one.medianMs() / 1e6, within(1e-9 * one.gflops()));
    assertThat(one.shareOfPeak()).isCloseTo(one.gflops() / peak, within(1e-12)).isBetween(0.0, 1.0);
    if (one.deviceMs() != null) {
      assertThat(one.deviceMs()).isPositive();
    }
  }

  @Test
  void a_benchmark_needs_its_largest_shape() {
    KernelBench.Shape small = new KernelBench.Shape(8, 5);
    KernelBench.Shape large = new KernelBench.Shape(100, 64);
    Workload both = KernelBench.workload(List.of(small, large), List.of(1, 16));
    // W and its CSR: 3 · 100 · 64; X and both Ys: (64 + 2 · 100) · 16, floats all.
    assertThat(both.bytes()).isEqualTo(4 * (19200 + 4224));
    assertThat(both.largest()).isEqualTo(4 * 6400);
  }
}
