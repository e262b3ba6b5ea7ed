package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.Reference;
import org.prunecl.testing.Shape;
import org.prunecl.testing.TestDevice;

@DeviceTest
final class TransposeTest {
  @BothFamilies
  void every_element_changes_row_and_column_and_nan_stays(Family family) {
    Backend backend = TestDevice.backend(family);
    for (Shape shape : Shape.draw("transpose", 8)) {
      Draw draw = new Draw(shape);
      float[] a = draw.values(shape.size());
      a[draw.index(a.length)] = Float.NaN;
      try (Guarded device = Guarded.of(backend, shape.rows(), shape.columns(), a);
          Guarded result = Guarded.result(backend, shape.columns(), shape.rows())) {
        new Transpose(backend).run(device.matrix(), result.matrix());
        assertThat(result.read())
            .as(shape.toString())
            .containsExactly(Reference.transpose(shape.rows(), shape.columns(), a));
        device.checkUnchanged();
      }
    }
  }

  @BothFamilies
  void a_result_of_another_shape_is_refused(Family family) {
    Backend backend = TestDevice.backend(family);
    try (Matrix a = backend.matrix(3, 4)) {
      assertThatThrownBy(() -> new Transpose(backend).run(a, a))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3 × 4");
    }
  }
}
