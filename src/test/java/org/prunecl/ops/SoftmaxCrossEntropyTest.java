package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.Expected;
import org.prunecl.testing.Reference;
import org.prunecl.testing.TestDevice;

@DeviceTest
final class SoftmaxCrossEntropyTest {
  /** Room beyond the batch, so that a partial batch is what is tested. */
  private static final int ROOM = 3;

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "2, 4",
    "3, 5",
    "10, 4",
    "10, 60",
    "10, 10000",
    "17, 300",
    "1000, 5",
    "1000, 10000"
  })
  void loss_gradient_and_correct_count_agree_with_float64(int classes, double range) {
    for (Family family : Family.values()) {
      Backend backend = TestDevice.backend(family);
      for (int i = 0; i < (TestDevice.simulated() ? 1 : 3); i++) {
        Draw draw = new Draw("softmax" + classes + range + i);
        int batch = TestDevice.simulated() ? 3 : draw.size();
        float[] logits = draw.values(classes * batch, range);
        check(backend, classes, batch, logits, draw.indices(batch, classes));
      }
    }
  }

  @BothFamilies
  void of_equal_logits_the_first_is_the_prediction(Family family) {
    Draw draw = new Draw("softmax ties");
    int batch = 21;
    float[] logits = draw.wholes(5 * batch, 1);
    check(TestDevice.backend(family), 5, batch, logits, draw.indices(batch, 5));
  }

  @BothFamilies
  void a_logit_far_below_the_others_costs_its_distance(Family family) {
    // Uniform float64 loss: the distance itself, since exp(-20000) vanishes beside 1.
    float[] logits = {1e4f, -1e4f};
    assertThat(losses(TestDevice.backend(family), 2, 1, logits, new int[] {1}))
        .containsExactly(2e4f);
  }

  private static void check(Backend backend, int classes, int batch, float[] logits, int[] labels) {
    String what = backend.family() + ", " + classes + " classes × batch " + batch;
    Reference.CrossEntropy expected = Reference.crossEntropy(classes, batch, logits, labels);
    try (Guarded input = Guarded.of(backend, classes, batch, logits);
        Guarded gradient = Guarded.result(backend, classes, batch);
        Guarded inPlace = Guarded.of(backend, classes, batch, logits);
        Labels deviceLabels = new Labels(backend, batch + ROOM).write(labels);
        Totals totals = new Totals(backend, 3);
        SoftmaxCrossEntropy softmax = new SoftmaxCrossEntropy(backend, batch + ROOM)) {
      softmax.run(input.matrix(), deviceLabels, gradient.matrix(), totals, 1);
      expected.losses().matches(softmax.losses(batch), what + ", loss");
      expected.gradient().matches(gradient.read(), what + ", gradient");
      input.checkUnchanged();
      checkTotals(expected, totals.sum(1, 2), what);
      assertThat(totals.sum(0, 1)).isEqualTo(new Totals.Sum(0, 0));

      softmax.run(input.matrix(), deviceLabels, null, totals, 2);
      checkTotals(expected, totals.sum(2, 3), what + ", without gradient");
      assertThat(totals.sum(0, 3).correct()).isEqualTo(2L * expected.correct());

      softmax.run(inPlace.matrix(), deviceLabels, inPlace.matrix(), totals, 0);
      assertThat(Guarded.bits(inPlace.read()))
          .as(what + ", gradient in place")
          .isEqualTo(Guarded.bits(gradient.read()));
      assertThat(totals.sum(0, 1)).as("repeated").isEqualTo(totals.sum(1, 2));
    }
  }

  private static void checkTotals(Reference.CrossEntropy expected, Totals.Sum sum, String what) {
    double loss = Arrays.stream(expected.losses().values()).sum();
    double bound = Arrays.stream(expected.losses().bounds()).sum() + 4 * Expected.UNIT * loss;
    assertThat(sum.loss()).as(what).isCloseTo(loss, within(bound));
    assertThat(sum.correct()).as(what).isEqualTo(expected.correct());
  }

  @BothFamilies
  void a_nan_or_an_infinite_logit_makes_its_sample_s_loss_nan(Family family) {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      for (int at = 0; at < 3; at++) {
        float[] logits = new float[3 * 2];
        logits[at * 2 + 1] = bad;
        float[] losses = losses(TestDevice.backend(family), 3, 2, logits, new int[] {0, 0});
        assertThat(losses[0]).isCloseTo((float) Math.log(3), within(1e-6f));
        assertThat(losses[1]).as(bad + " at " + at).isNaN();
      }
    }
  }

  @BothFamilies
  void a_logit_of_minus_infinity_is_a_probability_of_zero(Family family) {
    float[] logits = {0f, 0f, Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY};
    assertThat(losses(TestDevice.backend(family), 2, 2, logits, new int[] {0, 1}))
        .containsExactly(0f, Float.POSITIVE_INFINITY);
  }

  @BothFamilies
  void a_nan_loss_makes_the_total_nan(Family family) {
    Backend backend = TestDevice.backend(family);
    float[] logits = new float[2 * 5];
    logits[3] = Float.NaN;
    try (Matrix input = backend.matrix(2, 5, logits);
        Matrix gradient = backend.matrix(2, 5);
        Labels labels = new Labels(backend, 5);
        Totals totals = new Totals(backend, 1);
        SoftmaxCrossEntropy softmax = new SoftmaxCrossEntropy(backend, 5)) {
      softmax.run(input, labels, gradient, totals, 0);
      assertThat(totals.sum(0, 1).loss()).isNaN();
      assertThat(gradient.read()[3]).isNaN();
      assertThat(gradient.read()[8]).isNaN();
      assertThat(gradient.read()[2]).isCloseTo(-0.1f, within(1e-6f));
    }
  }

  @BothFamilies
  void the_prediction_is_the_argmax_even_among_nan(Family family) {
    Backend backend = TestDevice.backend(family);
    float nan = Float.NaN;
    float[] logits = {
      1f, nan, 2f, nan, 1f, //
      0f, 9f, nan, nan, 7f, //
      5f, nan, 3f, nan, nan
    };
    try (Matrix input = backend.matrix(3, 5, logits);
        Labels predictions = new Labels(backend, 5);
        Totals totals = new Totals(backend, 1);
        SoftmaxCrossEntropy softmax = new SoftmaxCrossEntropy(backend, 5)) {
      new Reduce(backend).columnArgmax(input, predictions);
      softmax.run(input, predictions, null, totals, 0);
      assertThat(totals.sum(0, 1).correct()).isEqualTo(5);
    }
  }

  @BothFamilies
  void a_batch_that_does_not_fit_is_refused(Family family) {
    Backend backend = TestDevice.backend(family);
    try (Matrix logits = backend.matrix(3, 5);
        Matrix wrong = backend.matrix(5, 3);
        Labels labels = new Labels(backend, 5);
        Labels few = new Labels(backend, 4);
        Totals totals = new Totals(backend, 2);
        SoftmaxCrossEntropy softmax = new SoftmaxCrossEntropy(backend, 5);
        SoftmaxCrossEntropy small = new SoftmaxCrossEntropy(backend, 4)) {
      assertThatThrownBy(() -> small.run(logits, labels, null, totals, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("room for 4");
      assertThatThrownBy(() -> softmax.run(logits, few, null, totals, 0))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> softmax.run(logits, labels, wrong, totals, 0))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> softmax.run(logits, labels, null, totals, 2))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("Slot 2 of 2");
    }
  }

  private static float[] losses(
      Backend backend, int classes, int batch, float[] logits, int[] labels) {
    try (Matrix input = backend.matrix(classes, batch, logits);
        Labels deviceLabels = new Labels(backend, batch).write(labels);
        Totals totals = new Totals(backend, 1);
        SoftmaxCrossEntropy softmax = new SoftmaxCrossEntropy(backend, batch)) {
      softmax.run(input, deviceLabels, null, totals, 0);
      return softmax.losses(batch);
    }
  }
}
