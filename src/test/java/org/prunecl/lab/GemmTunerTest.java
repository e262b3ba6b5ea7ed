package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.prunecl.Progress;
import org.prunecl.opencl.OpenClException;
import org.prunecl.ops.Gemm;
import org.prunecl.ops.GemmTile;
import org.prunecl.ops.Matrix;
import org.prunecl.testing.Draw;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.Reference;
import org.prunecl.testing.TestDevice;

@OpenClTest
final class GemmTunerTest {
  private static final List<KernelBench.Shape> LAYER = List.of(new KernelBench.Shape(17, 9));

  @TempDir private Path folder;

  @Test
  void a_candidate_that_gives_wrong_numbers_is_refused() {
    refuses(c -> c.fill(0f), "wrong result: 0.0 where");
    refuses(c -> c.fill(Float.NaN), "wrong result: NaN where");
    refuses(
        c -> {
          float[] values = c.read();
          values[values.length - 1] += 1;
          c.write(values);
        },
        "wrong result");
  }

  @Test
  void a_candidate_that_does_not_build_or_run_is_refused() {
    refuses(
        c -> {
          throw OpenClException.unusable("gemm.cl does not build\nlog", null);
        },
        "gemm.cl does not build");
  }

  /** Tunes with one candidate beside the default, whose results are spoilt. */
  private void refuses(Consumer<Matrix> spoil, String reason) {
    try (DeviceSession session = Fixture.session(GemmTuner.workload(LAYER, List.of(5)))) {
      GemmTile bad = other(session);
      TuneResults results =
          run(
              session,
              List.of(bad),
              tile -> {
                GemmTuner.Multiply right = GemmTuner.multiply(session.backend(), tile);
                return (a, ta, b, tb, c) -> {
                  right.run(a, ta, b, tb, c);
                  if (tile.equals(bad)) {
                    spoil.accept(c);
                  }
                };
              });
      assertThat(results.refused())
          .hasSize(3)
          .allMatch(refusal -> refusal.parameters().equals(bad.named()))
          .allMatch(refusal -> refusal.reason().startsWith(reason))
          .allMatch(refusal -> refusal.reason().lines().count() == 1);
      assertThat(results.products())
          .hasSize(3)
          .allMatch(choice -> choice.candidates() == 1)
          .noneMatch(TuneResults.Choice::changed);
    }
  }

  @Test
  void a_default_that_gives_wrong_numbers_ends_the_search() {
    try (DeviceSession session = Fixture.session(GemmTuner.workload(LAYER, List.of(5)))) {
      assertThatThrownBy(() -> run(session, List.of(), tile -> (a, ta, b, tb, c) -> c.fill(3f)))
          .isInstanceOf(LabException.class)
          .hasMessageContaining("default parameters");
    }
  }

  @Test
  void a_candidate_that_is_clearly_faster_than_the_default_is_chosen() {
    try (DeviceSession session = Fixture.session(GemmTuner.workload(LAYER, List.of(5)))) {
      GemmTile fast = other(session);
      TuneResults results = run(session, List.of(fast), slow(session, fast, false));
      assertThat(results.refused()).isEmpty();
      assertThat(results.device()).isEqualTo(session.info());
      for (TuneResults.Choice choice : results.products()) {
        assertThat(choice.changed()).isTrue();
        assertThat(choice.parameters()).isEqualTo(fast.named());
        assertThat(choice.highMs()).isLessThan(choice.defaultLowMs());
        assertThat(choice.ratio()).isEqualTo(choice.defaultMs() / choice.medianMs());
        assertThat(choice.medianMs()).isBetween(choice.lowMs(), choice.highMs());
        assertThat(choice.defaultMs()).isBetween(choice.defaultLowMs(), choice.defaultHighMs());
      }
    }
  }

  @Test
  void a_candidate_that_is_slower_leaves_the_default() {
    try (DeviceSession session = Fixture.session(GemmTuner.workload(LAYER, List.of(5)))) {
      GemmTile slow = other(session);
      TuneResults results = run(session, List.of(slow), slow(session, slow, true));
      for (TuneResults.Choice choice : results.products()) {
        assertThat(choice.changed()).isFalse();
        assertThat(choice.candidates()).isEqualTo(2);
        assertThat(choice.ratio()).isEqualTo(1);
        assertThat(choice.parameters()).isNotEqualTo(slow.named());
      }
    }
  }

  @Test
  void the_search_over_the_devices_own_candidates_gives_right_parameters_for_each_class() {
    try (DeviceSession session = Fixture.session(GemmTuner.workload(LAYER, List.of(1)))) {
      TuningFile file = file(session);
      TuneResults results =
          new GemmTuner(session, false).run(LAYER, List.of(1), file, Progress.NONE);
      assertThat(results.refused()).isEmpty();
      assertThat(results.products())
          .extracting(TuneResults.Choice::product)
          .containsExactly("NT 16x8x1");
      file.store(results);
      List<String> warnings = new ArrayList<>();
      assertThat(file.load(warnings::add).measured()).hasSize(1);
      assertThat(warnings).isEmpty();
    }
  }

  /** All products repeated thirty times over, but for this tile; or for this one alone. */
  private static Function<GemmTile, GemmTuner.Multiply> slow(
      DeviceSession session, GemmTile special, boolean specialIsSlow) {
    return tile -> {
      GemmTuner.Multiply right = GemmTuner.multiply(session.backend(), tile);
      int times = tile.equals(special) == specialIsSlow ? 30 : 1;
      return (a, ta, b, tb, c) -> {
        for (int i = 0; i < times; i++) {
          right.run(a, ta, b, tb, c);
        }
      };
    };
  }

  private TuneResults run(
      DeviceSession session,
      List<GemmTile> candidates,
      Function<GemmTile, GemmTuner.Multiply> multiplies) {
    return new GemmTuner(session, candidates, multiplies)
        .run(LAYER, List.of(5), file(session), Progress.NONE);
  }

  private TuningFile file(DeviceSession session) {
    return new TuningFile(folder, TestDevice.get(), session.backend().family());
  }

  /** A candidate that is not what any of the layer's products gets. */
  private static GemmTile other(DeviceSession session) {
    Gemm gemm = new Gemm(session.backend());
    return GemmTile.candidates(TestDevice.get(), session.backend().family(), false).stream()
        .filter(
            tile ->
                DenseProduct.of(LAYER, List.of(5)).stream()
                    .noneMatch(
                        p ->
                            gemm.tile(p.transposeA(), p.transposeB(), p.m(), p.n(), p.k())
                                .equals(tile)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void layers_have_three_products_for_each_class_and_none_that_is_by_a_vector() {
    assertThat(
            DenseProduct.of(
                List.of(new KernelBench.Shape(1000, 784), new KernelBench.Shape(1000, 1000)),
                List.of(1, 128)))
        .containsExactly(
            new DenseProduct(false, false, 1000, 128, 784),
            new DenseProduct(false, true, 1000, 784, 1),
            new DenseProduct(false, true, 1000, 784, 128),
            new DenseProduct(true, false, 784, 128, 1000));
  }

  @Test
  void the_reference_agrees_with_the_tests_own() {
    Draw draw = new Draw("tuner's reference");
    for (int transposes = 0; transposes < 4; transposes++) {
      DenseProduct product =
          new DenseProduct(
              (transposes & 1) != 0, (transposes & 2) != 0, draw.size(), draw.size(), draw.size());
      float[] a = draw.wholes(product.m() * product.k(), 8);
      float[] b = draw.wholes(product.k() * product.n(), 8);
      double[] expected =
          Reference.gemm(
                  product.m(),
                  product.n(),
                  product.k(),
                  1,
                  a,
                  product.transposeA(),
                  b,
                  product.transposeB(),
                  0,
                  null,
                  null,
                  false)
              .values();
      assertThat(product.reference(a, b)).as("%s", product).isEqualTo(expected);
    }
  }

  @Test
  void the_values_of_a_product_are_whole_and_small_enough_to_be_exact() {
    float[] values = DenseProduct.values(1000, new SplittableRandom(3));
    for (float value : values) {
      assertThat(value).isBetween(-8f, 8f).isEqualTo(Math.round(value));
    }
    assertThat(values).contains(-8f, 8f);
    assertThatThrownBy(() -> new DenseProduct(false, false, 1, 1, (1 << 18) + 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
