package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.function.BiConsumer;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.Expected;
import org.prunecl.testing.Reference;
import org.prunecl.testing.Shape;
import org.prunecl.testing.TestDevice;

@DeviceTest
final class ReduceTest {
  @BothFamilies
  void row_sums_agree_with_float64(Family family) {
    Backend backend = TestDevice.backend(family);
    for (Shape shape : Shape.draw("row sums", 8)) {
      float[] a = new Draw(shape).values(shape.size());
      check(
          backend,
          shape,
          a,
          new Reduce(backend)::rowSums,
          Reference.rowSums(shape.rows(), shape.columns(), a));
      float[] whole = new Draw(shape).wholes(shape.size(), 9);
      check(
          backend,
          shape,
          whole,
          new Reduce(backend)::rowSums,
          Reference.rowSums(shape.rows(), shape.columns(), whole).exact());
    }
  }

  @BothFamilies
  void row_norms_agree_with_float64(Family family) {
    Backend backend = TestDevice.backend(family);
    for (Shape shape : Shape.draw("row norms", 8)) {
      float[] a = new Draw(shape).values(shape.size());
      check(
          backend,
          shape,
          a,
          new Reduce(backend)::rowNorms,
          Reference.rowNorms(shape.rows(), shape.columns(), a));
    }
  }

  private static void check(
      Backend backend,
      Shape shape,
      float[] a,
      BiConsumer<Matrix, Matrix> operation,
      Expected expected) {
    try (Guarded device = Guarded.of(backend, shape.rows(), shape.columns(), a);
        Guarded result = Guarded.result(backend, shape.rows(), 1)) {
      operation.accept(device.matrix(), result.matrix());
      expected.matches(result.read(), shape.toString());
      device.checkUnchanged();
    }
  }

  @BothFamilies
  void a_nan_reaches_the_sum_and_the_norm_of_its_row_alone(Family family) {
    Backend backend = TestDevice.backend(family);
    Reduce reduce = new Reduce(backend);
    for (int at : new int[] {0, 7, 8, 18}) {
      float[] a = new float[3 * 19];
      a[19 + at] = Float.NaN;
      try (Guarded device = Guarded.of(backend, 3, 19, a);
          Guarded result = Guarded.result(backend, 3, 1)) {
        reduce.rowSums(device.matrix(), result.matrix());
        assertThat(result.read()).as("column " + at).containsExactly(0f, Float.NaN, 0f);
        reduce.rowNorms(device.matrix(), result.matrix());
        assertThat(result.read()).as("column " + at).containsExactly(0f, Float.NaN, 0f);
      }
    }
  }

  @BothFamilies
  void the_same_reduction_twice_is_the_same_bit_for_bit(Family family) {
    Backend backend = TestDevice.backend(family);
    Reduce reduce = new Reduce(backend);
    try (Matrix a = backend.matrix(7, 211, new Draw("reduce repeats").values(7 * 211));
        Matrix first = backend.matrix(7, 1);
        Matrix second = backend.matrix(7, 1)) {
      reduce.rowSums(a, first);
      reduce.rowSums(a, second);
      assertThat(Guarded.bits(second.read())).isEqualTo(Guarded.bits(first.read()));
      reduce.rowNorms(a, first);
      reduce.rowNorms(a, second);
      assertThat(Guarded.bits(second.read())).isEqualTo(Guarded.bits(first.read()));
    }
  }

  @BothFamilies
  void the_largest_of_each_column_is_found_and_the_first_of_equals_wins(Family family) {
    Backend backend = TestDevice.backend(family);
    for (Shape shape : Shape.draw("argmax", 8)) {
      for (float[] a :
          new float[][] {
            new Draw(shape).values(shape.size()), new Draw(shape).wholes(shape.size(), 2)
          }) {
        int[] expected = new int[shape.columns() + 5];
        Arrays.fill(expected, -7);
        try (Guarded device = Guarded.of(backend, shape.rows(), shape.columns(), a);
            Labels result = new Labels(backend, expected.length)) {
          result.write(expected);
          new Reduce(backend).columnArgmax(device.matrix(), result);
          int[] largest = Reference.columnArgmax(shape.rows(), shape.columns(), a);
          System.arraycopy(largest, 0, expected, 0, largest.length);
          assertThat(result.read(expected.length)).as(shape.toString()).isEqualTo(expected);
          device.checkUnchanged();
        }
      }
    }
  }

  @BothFamilies
  void nan_counts_as_the_largest(Family family) {
    Backend backend = TestDevice.backend(family);
    float nan = Float.NaN;
    float infinite = Float.POSITIVE_INFINITY;
    float[] a = {
      1f, nan, nan, infinite, //
      nan, 2f, nan, nan, //
      3f, 4f, nan, 5f
    };
    try (Guarded device = Guarded.of(backend, 3, 4, a);
        Labels result = new Labels(backend, 4)) {
      new Reduce(backend).columnArgmax(device.matrix(), result);
      assertThat(result.read(4)).containsExactly(1, 0, 0, 1);
    }
  }

  @BothFamilies
  void results_of_the_wrong_size_are_refused(Family family) {
    Backend backend = TestDevice.backend(family);
    Reduce reduce = new Reduce(backend);
    try (Matrix a = backend.matrix(3, 4);
        Matrix wrong = backend.matrix(4, 1);
        Labels few = new Labels(backend, 3)) {
      assertThatThrownBy(() -> reduce.rowSums(a, wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("4 × 1");
      assertThatThrownBy(() -> reduce.columnArgmax(a, few))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("room for 3");
    }
  }
}
