package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.prunecl.testing.Expected.UNIT;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.Expected;
import org.prunecl.testing.Shape;
import org.prunecl.testing.TestDevice;

@DeviceTest
final class AdamTest {
  private static final int STEPS = 5;

  /** Float64 Adam as the frameworks' documentation states it, with the size of what is summed. */
  private static final class Float64Adam {
    final double[] weights;
    final double[] first;
    final double[] second;
    final double[] weightBounds;
    final double[] firstBounds;
    final double[] secondBounds;

    Float64Adam(float[] initial) {
      int n = initial.length;
      weights = new double[n];
      for (int i = 0; i < n; i++) {
        weights[i] = initial[i];
      }
      first = new double[n];
      second = new double[n];
      weightBounds = new double[n];
      firstBounds = new double[n];
      secondBounds = new double[n];
    }

    void step(Adam.Settings s, int t, float[] gradients) {
      double correction1 = 1 - Math.pow(s.beta1(), t);
      double correction2 = 1 - Math.pow(s.beta2(), t);
      for (int i = 0; i < weights.length; i++) {
        double g = gradients[i] + s.weightDecay() * weights[i];
        double size = Math.abs(gradients[i]) + Math.abs(s.weightDecay() * weights[i]);
        first[i] = s.beta1() * first[i] + (1 - s.beta1()) * g;
        second[i] = s.beta2() * second[i] + (1 - s.beta2()) * g * g;
        firstBounds[i] = s.beta1() * firstBounds[i] + (1 - s.beta1()) * 8 * UNIT * size;
        secondBounds[i] = s.beta2() * secondBounds[i] + (1 - s.beta2()) * 16 * UNIT * size * size;
        double perFirst =
            s.form() == Adam.Form.PYTORCH
                ? s.learningRate()
                    / correction1
                    / (Math.sqrt(second[i]) / Math.sqrt(correction2) + s.epsilon())
                : s.learningRate()
                    * Math.sqrt(correction2)
                    / correction1
                    / (Math.sqrt(second[i]) + s.epsilon());
        weights[i] -= perFirst * first[i];
        // The first moment's own error, the second's through the root, and some roundings.
        double root = second[i] == 0 ? 0 : secondBounds[i] / (2 * second[i]);
        weightBounds[i] +=
            perFirst * (firstBounds[i] + Math.abs(first[i]) * (root + 16 * UNIT))
                + UNIT * Math.abs(weights[i]);
      }
    }

    /** Pruned weights are exactly 0, and their moments too if asked. */
    void prune(byte[] keep, boolean momentsToo) {
      for (int i = 0; i < keep.length; i++) {
        if (keep[i] == 0) {
          weights[i] = 0;
          weightBounds[i] = 0;
        }
        if (keep[i] == 0 && momentsToo) {
          first[i] = 0;
          firstBounds[i] = 0;
          second[i] = 0;
          secondBounds[i] = 0;
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PYTORCH, 0.001, 1e-8, 0", "PYTORCH, 0.02, 1e-3, 0.1",
    "KERAS, 0.001, 1e-7, 0", "KERAS, 0.02, 1e-3, 0.1"
  })
  void several_steps_agree_with_float64(
      Adam.Form form, double learningRate, double epsilon, double weightDecay) {
    compare(new Adam.Settings(form, learningRate, 0.9, 0.999, epsilon, weightDecay), null);
  }

  @ParameterizedTest
  @CsvSource({"PYTORCH, 0.1, true", "PYTORCH, 0, false", "KERAS, 0, true", "KERAS, 0.1, false"})
  void several_masked_steps_agree_with_float64(
      Adam.Form form, double weightDecay, boolean momentsToo) {
    compare(new Adam.Settings(form, 0.02, 0.9, 0.999, 1e-3, weightDecay), momentsToo);
  }

  /**
   * @param momentsToo what a mask does to moments, or null for no mask
   */
  private static void compare(Adam.Settings settings, Boolean momentsToo) {
    for (Family family : Family.values()) {
      Backend backend = TestDevice.backend(family);
      for (Shape shape : Shape.draw("adam" + settings, 2)) {
        Draw draw = new Draw("adam" + shape);
        float[] initial = draw.values(shape.size());
        Float64Adam expected = new Float64Adam(initial);
        byte[] keep = momentsToo == null ? null : draw.mask(shape.size());
        String what = family + ", " + shape + ", step ";
        try (Mask mask = keep == null ? null : mask(backend, shape, keep);
            Guarded weights = Guarded.of(backend, shape.rows(), shape.columns(), initial);
            Guarded first = zeros(backend, shape);
            Guarded second = zeros(backend, shape)) {
          for (int t = 1; t <= STEPS; t++) {
            float[] g = draw.sparsen(draw.values(shape.size()), 0.1);
            try (Guarded gradient = Guarded.of(backend, shape.rows(), shape.columns(), g)) {
              new Adam(backend)
                  .step(
                      settings,
                      t,
                      weights.matrix(),
                      gradient.matrix(),
                      first.matrix(),
                      second.matrix(),
                      mask == null ? null : new Adam.Masking(mask, momentsToo));
              gradient.checkUnchanged();
            }
            expected.step(settings, t, g);
            if (keep != null) {
              expected.prune(keep, momentsToo);
            }
            new Expected(expected.first, expected.firstBounds)
                .matches(first.read(), what + t + ", first moment");
            new Expected(expected.second, expected.secondBounds)
                .matches(second.read(), what + t + ", second moment");
            new Expected(expected.weights, expected.weightBounds)
                .matches(weights.read(), what + t + ", weights");
          }
        }
      }
    }
  }

  @BothFamilies
  void the_first_step_shows_where_epsilon_stands(Family family) {
    // With a gradient of 0.001 the root of the second moment is 0.001·√0.001 before correction,
    // 0.001 after: an epsilon of 0.001 halves PyTorch's step and nearly swallows Keras's.
    assertThat(firstStep(family, Adam.Form.PYTORCH)).isCloseTo(-0.05f, within(1e-6f));
    assertThat(firstStep(family, Adam.Form.KERAS)).isCloseTo(-0.00306535f, within(1e-6f));
  }

  private static float firstStep(Family family, Adam.Form form) {
    Backend backend = TestDevice.backend(family);
    try (Matrix w = backend.matrix(1, 1);
        Matrix g = backend.matrix(1, 1, new float[] {0.001f});
        Matrix m = backend.matrix(1, 1);
        Matrix v = backend.matrix(1, 1)) {
      new Adam(backend).step(new Adam.Settings(form, 0.1, 0.9, 0.999, 0.001, 0), 1, w, g, m, v);
      return w.read()[0];
    }
  }

  @BothFamilies
  void a_nan_gradient_makes_its_own_weight_nan(Family family) {
    Backend backend = TestDevice.backend(family);
    float[] gradient = new float[35];
    gradient[18] = Float.NaN;
    try (Guarded w = Guarded.of(backend, 5, 7, new float[35]);
        Guarded g = Guarded.of(backend, 5, 7, gradient);
        Guarded m = zeros(backend, new Shape(5, 7));
        Guarded v = zeros(backend, new Shape(5, 7))) {
      Adam.Settings settings = new Adam.Settings(Adam.Form.KERAS, 0.1, 0.9, 0.999, 1e-7, 0);
      new Adam(backend).step(settings, 1, w.matrix(), g.matrix(), m.matrix(), v.matrix());
      assertThat(w.read()).containsExactly(gradient);
      assertThat(m.read()).containsExactly(gradient);
      assertThat(v.read()).containsExactly(gradient);
    }
  }

  @BothFamilies
  void what_is_not_a_number_stays_out_of_pruned_weights(Family family) {
    Backend backend = TestDevice.backend(family);
    float[] gradient = new Draw("nan").values(35);
    gradient[18] = Float.NaN;
    gradient[20] = Float.POSITIVE_INFINITY;
    gradient[34] = Float.NEGATIVE_INFINITY;
    byte[] keep = new byte[35];
    Arrays.fill(keep, (byte) 1);
    keep[18] = keep[20] = keep[34] = 0;
    for (boolean momentsToo : new boolean[] {false, true}) {
      try (Guarded w = Guarded.of(backend, 5, 7, new float[35]);
          Guarded g = Guarded.of(backend, 5, 7, gradient);
          Guarded m = zeros(backend, new Shape(5, 7));
          Guarded v = zeros(backend, new Shape(5, 7));
          Mask mask = mask(backend, new Shape(5, 7), keep)) {
        // Without an epsilon a moment of 0 is divided by 0.
        Adam.Settings settings = new Adam.Settings(Adam.Form.KERAS, 0.1, 0.9, 0.999, 0, 0);
        new Adam(backend)
            .step(
                settings,
                1,
                w.matrix(),
                g.matrix(),
                m.matrix(),
                v.matrix(),
                new Adam.Masking(mask, momentsToo));
        float[] weights = w.read();
        float[] moments = m.read();
        for (int i = 0; i < 35; i++) {
          boolean pruned = keep[i] == 0;
          assertThat(weights[i] == 0).as("weight %d: %s", i, weights[i]).isEqualTo(pruned);
          assertThat(weights[i]).isFinite();
          assertThat(Float.isFinite(moments[i])).isEqualTo(!pruned || momentsToo);
        }
      }
    }
  }

  @BothFamilies
  void a_mask_of_another_shape_is_refused(Family family) {
    Backend backend = TestDevice.backend(family);
    Adam.Settings settings = new Adam.Settings(Adam.Form.KERAS, 0.1, 0.9, 0.999, 1e-7, 0);
    try (Matrix w = backend.matrix(5, 7);
        Matrix dy = backend.matrix(5, 3);
        Matrix x = backend.matrix(7, 3);
        Mask mask = mask(backend, new Shape(7, 5), new byte[35])) {
      Adam adam = new Adam(backend);
      Adam.Masking masking = new Adam.Masking(mask, false);
      assertThatThrownBy(() -> adam.step(settings, 1, w, w, w, w, masking))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> adam.step(settings, 1, w, dy, x, w, w, w, masking))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @BothFamilies
  void moments_of_another_shape_are_refused(Family family) {
    Backend backend = TestDevice.backend(family);
    Adam.Settings settings = new Adam.Settings(Adam.Form.KERAS, 0.1, 0.9, 0.999, 1e-7, 0);
    try (Matrix w = backend.matrix(5, 7);
        Matrix other = backend.matrix(7, 5)) {
      Adam adam = new Adam(backend);
      assertThatThrownBy(() -> adam.step(settings, 1, w, other, w, w))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> adam.step(settings, 1, w, w, other, w))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> adam.step(settings, 1, w, w, w, other))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static Mask mask(Backend backend, Shape shape, byte[] keep) {
    try (Matrix like = backend.matrix(shape.rows(), shape.columns())) {
      return Mask.of(backend, like, keep);
    }
  }

  private static Guarded zeros(Backend backend, Shape shape) {
    return Guarded.of(backend, shape.rows(), shape.columns(), new float[shape.size()]);
  }
}
