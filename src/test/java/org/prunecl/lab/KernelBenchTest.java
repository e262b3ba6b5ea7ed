package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.prunecl.Progress;
import org.prunecl.ops.SparseForm;
import org.prunecl.testing.OpenClTest;

@OpenClTest
final class KernelBenchTest {
  /** Dense, the forms that suit the device, auto. */
  private static List<String> executions(DeviceSession session, int columns, int batch) {
    List<String> executions = new ArrayList<>(List.of("dense"));
    for (SparseForm form : SparseForm.values()) {
      if (form.suits(session.backend(), columns, batch)) {
        executions.add(form.label());
      }
    }
    executions.add("auto");
    return executions;
  }

  @Test
  void every_shape_batch_and_sparsity_is_timed_in_dense_in_every_suitable_form_and_by_choice() {
    List<KernelBench.Shape> shapes =
        List.of(new KernelBench.Shape(17, 33), new KernelBench.Shape(8, 5));
    List<Integer> batches = List.of(1, 7);
    List<Double> sparsities = List.of(0.0, 0.9, 1.0);
    try (DeviceSession session = Fixture.session(KernelBench.workload(shapes, batches))) {
      BenchResults results =
          new KernelBench(session).run(shapes, batches, sparsities, 1, false, Progress.NONE);
      assertThat(results.schema()).isEqualTo(1);
      assertThat(results.device()).isEqualTo(session.info());
      assertThat(results.peakGflops()).isPositive();
      List<Tuple> cases = new ArrayList<>();
      List<Tuple> crossovers = new ArrayList<>();
      for (KernelBench.Shape shape : shapes) {
        for (int batch : batches) {
          List<String> executions = executions(session, shape.cols(), batch);
          assertThat(executions).contains("csr");
          for (double sparsity : sparsities) {
            for (String execution : executions) {
              cases.add(tuple(shape.rows(), shape.cols(), batch, sparsity, execution));
            }
          }
          for (String execution : executions.subList(1, executions.size())) {
            crossovers.add(tuple(shape.rows(), shape.cols(), batch, execution));
          }
        }
      }
      assertThat(results.cases())
          .extracting(
              BenchResults.Case::rows,
              BenchResults.Case::cols,
              BenchResults.Case::batch,
              BenchResults.Case::sparsity,
              BenchResults.Case::execution)
          .containsExactlyElementsOf(cases);
      assertThat(results.crossover())
          .extracting(
              BenchResults.ShapeCrossover::rows,
              BenchResults.ShapeCrossover::cols,
              BenchResults.ShapeCrossover::batch,
              BenchResults.ShapeCrossover::execution)
          .containsExactlyElementsOf(crossovers);
      BenchResults.Case dense = null;
      for (BenchResults.Case one : results.cases()) {
        dense = one.execution().equals("dense") ? one : dense;
        checkCase(one, dense, results.peakGflops());
        assertThat(one.form()).isIn(executions(session, one.cols(), one.batch()));
        assertThat(one.coldMs()).isNull();
      }
    }
  }

  private static void checkCase(BenchResults.Case one, BenchResults.Case dense, double peak) {
    assertThat(one.lowMs()).isPositive().isLessThanOrEqualTo(one.medianMs());
    assertThat(one.highMs()).isGreaterThanOrEqualTo(one.medianMs());
    int weights = one.rows() * one.cols();
    int executed =
        one.form().equals("dense") ? weights : weights - (int) (weights * one.sparsity());
    double flops = 2.0 * executed * one.batch();
    assertThat(one.gflops())
        .as("%s", one)
        .isCloseTo(flops / one.medianMs() / 1e6, within(1e-9 * one.gflops()));
    assertThat(one.shareOfPeak()).isCloseTo(one.gflops() / peak, within(1e-12)).isBetween(0.0, 1.0);
    if (one.deviceMs() != null) {
      assertThat(one.deviceMs()).isPositive();
    }
    assertThat(one.speedup())
        .isCloseTo(dense.medianMs() / one.medianMs(), within(1e-9 * one.speedup()));
    assertThat(one.speedupLow()).isPositive().isLessThanOrEqualTo(one.speedupHigh());
    if (executed == 0) {
      assertThat(one.theoreticalSpeedup()).isNull();
    } else {
      assertThat(one.theoreticalSpeedup()).isEqualTo((double) weights / executed);
    }
    boolean auto = one.execution().equals("auto");
    assertThat(one.form()).isNotEqualTo("auto");
    assertThat(auto || one.form().equals(one.execution())).isTrue();
    assertThat(one.againstBest() != null).isEqualTo(auto);
    if (auto) {
      assertThat(one.againstBest().form()).isNotEqualTo("auto");
      assertThat(one.againstBest().ratio()).isPositive();
      assertThat(one.againstBest().low()).isLessThanOrEqualTo(one.againstBest().high());
    }
  }

  @Test
  void cold_weights_are_timed_when_asked() {
    List<KernelBench.Shape> shapes = List.of(new KernelBench.Shape(64, 100));
    try (DeviceSession session = Fixture.session(KernelBench.workload(shapes, List.of(1)))) {
      BenchResults results =
          new KernelBench(session).run(shapes, List.of(1), List.of(0.9), 1, true, Progress.NONE);
      assertThat(results.cases())
          .hasSizeGreaterThan(2)
          .allSatisfy(one -> assertThat(one.coldMs()).isPositive());
    }
  }

  @Test
  void a_benchmark_needs_its_largest_shape() {
    KernelBench.Shape small = new KernelBench.Shape(8, 5);
    KernelBench.Shape large = new KernelBench.Shape(100, 64);
    Workload both = KernelBench.workload(List.of(small, large), List.of(1, 16));
    // W, X and Y in floats, and W in every form.
    assertThat(both.bytes())
        .isEqualTo(
            4 * (6400 + 64 * 16 + 100 * 16)
                + SparseForm.values().length * SparseForm.bytes(100, 64));
    assertThat(both.largest()).isEqualTo(4 * 6400);
  }
}
