package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.Shape;
import org.prunecl.testing.TestDevice;

@DeviceTest
final class ReluTest {
  private static final float[] SPECIAL = {
    0f, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MIN_NORMAL, 1f, -1f
  };

  @BothFamilies
  void forward_keeps_what_is_positive_and_nan(Family family) {
    Backend backend = TestDevice.backend(family);
    for (Shape shape : Shape.draw("relu forward", 6)) {
      float[] x = values(shape, "x");
      try (Guarded device = Guarded.of(backend, shape.rows(), shape.columns(), x)) {
        new Relu(backend).forward(device.matrix());
        float[] expected = x.clone();
        for (int i = 0; i < expected.length; i++) {
          expected[i] = x[i] < 0 ? 0 : x[i];
        }
        assertThat(device.read()).as(shape.toString()).containsExactly(expected);
      }
    }
  }

  @BothFamilies
  void backward_passes_the_gradient_where_the_activation_is_positive(Family family) {
    Backend backend = TestDevice.backend(family);
    for (Shape shape : Shape.draw("relu backward", 6)) {
      float[] y = values(shape, "y");
      float[] dy = values(shape, "dy");
      try (Guarded activation = Guarded.of(backend, shape.rows(), shape.columns(), y);
          Guarded gradient = Guarded.of(backend, shape.rows(), shape.columns(), dy)) {
        new Relu(backend).backward(activation.matrix(), gradient.matrix());
        float[] expected = dy.clone();
        for (int i = 0; i < expected.length; i++) {
          expected[i] = y[i] <= 0 ? 0 : dy[i];
        }
        assertThat(gradient.read()).as(shape.toString()).containsExactly(expected);
        activation.checkUnchanged();
      }
    }
  }

  @BothFamilies
  void a_gradient_of_another_shape_is_refused(Family family) {
    Backend backend = TestDevice.backend(family);
    try (Matrix y = backend.matrix(3, 4);
        Matrix dy = backend.matrix(4, 3)) {
      assertThatThrownBy(() -> new Relu(backend).backward(y, dy))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3 × 4 and 4 × 3");
    }
  }

  private static float[] values(Shape shape, String purpose) {
    Draw draw = new Draw(purpose + shape);
    float[] values = draw.values(shape.size(), 10);
    for (float special : SPECIAL) {
      values[draw.index(values.length)] = special;
    }
    return values;
  }
}
