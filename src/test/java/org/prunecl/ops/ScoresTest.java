package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.Shape;
import org.prunecl.testing.TestDevice;

@DeviceTest
final class ScoresTest {
  private static final float[] SPECIAL = {
    0f,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_NORMAL,
    1f,
    -Math.nextUp(1f),
    -Float.MAX_VALUE,
    Float.NEGATIVE_INFINITY,
    Float.NaN
  };

  private static float[] values(Draw draw, int count) {
    float[] values = draw.values(count);
    for (float special : SPECIAL) {
      values[draw.index(count)] = special;
    }
    return values;
  }

  @BothFamilies
  void products_are_those_of_single_elements(Family family) {
    Backend backend = TestDevice.backend(family);
    for (Shape shape : Shape.draw("multiply", 3)) {
      Draw draw = new Draw("multiply" + shape);
      // Whole numbers: a device that flushes the smallest numbers gives the same.
      float[] w = draw.wholes(shape.size(), 1000);
      float[] g = draw.wholes(shape.size(), 1000);
      try (Guarded left = Guarded.of(backend, shape.rows(), shape.columns(), w);
          Guarded right = Guarded.of(backend, shape.rows(), shape.columns(), g);
          Guarded scores = Guarded.result(backend, shape.rows(), shape.columns())) {
        new Scores(backend).multiply(left.matrix(), right.matrix(), scores.matrix());
        float[] actual = scores.read();
        for (int i = 0; i < w.length; i++) {
          assertThat(actual[i]).as("%s, seed %d", shape, Draw.SEED).isEqualTo(w[i] * g[i]);
        }
        left.checkUnchanged();
        right.checkUnchanged();
      }
    }
  }

  @BothFamilies
  void the_order_is_turned_round_for_every_float(Family family) {
    Backend backend = TestDevice.backend(family);
    for (Shape shape : Shape.draw("reverse", 3)) {
      float[] w = values(new Draw("reverse" + shape), shape.size());
      try (Guarded weights = Guarded.of(backend, shape.rows(), shape.columns(), w);
          Guarded scores = Guarded.result(backend, shape.rows(), shape.columns())) {
        new Scores(backend).reverse(weights.matrix(), scores.matrix());
        float[] actual = scores.read();
        for (int i = 0; i < w.length; i++) {
          int next = (i + 1) % w.length;
          assertThat(actual[i]).isBetween(0f, Float.MAX_VALUE);
          assertThat(Float.compare(actual[i], actual[next]))
              .as("%s: %s and %s, seed %d", shape, w[i], w[next], Draw.SEED)
              .isEqualTo(Float.compare(finite(w[next]), finite(w[i])));
        }
        weights.checkUnchanged();
      }
    }
  }

  private static float finite(float value) {
    return Float.isNaN(value) ? Float.MAX_VALUE : Math.min(Math.abs(value), Float.MAX_VALUE);
  }

  @BothFamilies
  void what_is_pruned_already_comes_before_everything_that_is_not(Family family) {
    Backend backend = TestDevice.backend(family);
    for (Shape shape : Shape.draw("pruned first", 3)) {
      Draw draw = new Draw("pruned first" + shape);
      float[] w = values(draw, shape.size());
      byte[] keep = new byte[shape.size()];
      for (int i = 0; i < keep.length; i++) {
        keep[i] = (byte) (draw.chance() ? 1 : 0);
      }
      try (Guarded weights = Guarded.of(backend, shape.rows(), shape.columns(), w);
          Mask mask = Mask.of(backend, weights.matrix(), keep);
          Guarded scores = Guarded.result(backend, shape.rows(), shape.columns())) {
        new Scores(backend).prunedFirst(weights.matrix(), mask, scores.matrix());
        float[] expected = new float[w.length];
        for (int i = 0; i < w.length; i++) {
          // Math.max(NaN, x) is NaN.
          expected[i] = keep[i] == 0 ? 0 : Math.max(Math.abs(w[i]), Float.MIN_VALUE);
        }
        assertThat(Guarded.bits(scores.read()))
            .as("%s, seed %d", shape, Draw.SEED)
            .isEqualTo(Guarded.bits(expected));
        weights.checkUnchanged();
      }
    }
  }

  @BothFamilies
  void shapes_that_differ_are_refused(Family family) {
    Backend backend = TestDevice.backend(family);
    Scores scores = new Scores(backend);
    try (Matrix a = backend.matrix(2, 3);
        Matrix b = backend.matrix(3, 2);
        Mask mask = Mask.of(backend, b, new byte[6])) {
      assertThatThrownBy(() -> scores.multiply(a, b, a))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> scores.multiply(a, a, b))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> scores.reverse(a, b)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> scores.prunedFirst(a, mask, a))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
