package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.Shape;
import org.prunecl.testing.TestDevice;

@DeviceTest
final class MatrixTest {
  @BothFamilies
  void what_is_written_is_read_back_and_copied(Family family) {
    Backend backend = TestDevice.backend(family);
    for (Shape shape : Shape.draw("matrix", 4)) {
      float[] values = new Draw(shape).values(shape.size());
      try (Matrix matrix = backend.matrix(shape.rows(), shape.columns(), values);
          Guarded copy = Guarded.result(backend, shape.rows(), shape.columns())) {
        assertThat(matrix.read()).as(shape.toString()).containsExactly(values);
        copy.matrix().copyFrom(matrix);
        assertThat(copy.read()).as(shape + ", copied").containsExactly(values);
      }
    }
  }

  @BothFamilies
  void a_new_matrix_is_zero_and_can_be_filled(Family family) {
    Backend backend = TestDevice.backend(family);
    for (Shape shape : Shape.draw("fill", 4)) {
      try (Matrix matrix = backend.matrix(shape.rows(), shape.columns());
          Guarded filled = Guarded.result(backend, shape.rows(), shape.columns())) {
        assertThat(matrix.read()).as(shape.toString()).containsOnly(0f).hasSize(shape.size());
        filled.matrix().fill(-2.5f);
        assertThat(filled.read()).as(shape.toString()).containsOnly(-2.5f).hasSize(shape.size());
      }
    }
  }

  @BothFamilies
  void a_view_shares_the_memory_and_leaves_it_to_its_owner(Family family) {
    Backend backend = TestDevice.backend(family);
    try (Matrix matrix = backend.matrix(20, 33)) {
      assertThat(matrix.reshaped(20, 33)).isSameAs(matrix);
      float[] values = new Draw("view").values(20 * 5);
      try (Matrix view = matrix.reshaped(20, 5)) {
        view.write(values);
      }
      Matrix again = matrix.reshaped(20, 5);
      assertThat(again.read()).containsExactly(values);
      try (Matrix copy = backend.matrix(20, 5)) {
        copy.copyFrom(again);
        assertThat(copy.read()).containsExactly(values);
      }
      assertThatThrownBy(() -> matrix.reshaped(21, 33))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("21 × 33")
          .hasMessageContaining("20 × 33");
    }
  }

  @BothFamilies
  void a_matrix_used_after_close_says_so(Family family) {
    Backend backend = TestDevice.backend(family);
    Matrix matrix = backend.matrix(3, 4);
    matrix.close();
    matrix.close();
    assertThatThrownBy(matrix::read)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("used after close");
    assertThatThrownBy(() -> new Relu(backend).forward(matrix))
        .isInstanceOf(IllegalStateException.class);
  }

  @BothFamilies
  void impossible_shapes_are_refused(Family family) {
    Backend backend = TestDevice.backend(family);
    assertThatThrownBy(() -> backend.matrix(0, 4)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> backend.matrix(4, -1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> backend.matrix(1 << 16, 1 << 16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65536 × 65536");
    assertThatThrownBy(() -> backend.matrix(2, 2, new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 values");
    try (Matrix a = backend.matrix(2, 3);
        Matrix b = backend.matrix(3, 2)) {
      assertThatThrownBy(() -> a.copyFrom(b)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @BothFamilies
  void the_bytes_of_a_matrix_hold_its_padding(Family family) {
    assertThat(Matrix.bytes(1, 1)).isEqualTo(64);
    assertThat(Matrix.bytes(17, 1)).isEqualTo(128);
    assertThat(Matrix.bytes(3, 17)).isEqualTo(3 * 32 * 4);
    try (Matrix matrix = TestDevice.backend(family).matrix(3, 17)) {
      assertThat(matrix.buffer().bytes()).isEqualTo(Matrix.bytes(3, 17));
    }
  }
}
