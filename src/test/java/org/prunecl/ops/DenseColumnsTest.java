package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.Expected;
import org.prunecl.testing.Reference;
import org.prunecl.testing.TestDevice;

@DeviceTest
final class DenseColumnsTest {
  /** A product: its shape, the share of zeros in x, its epilogue; whole numbers must be exact. */
  record Product(int m, int k, double zeros, boolean bias, boolean relu, boolean whole) {}

  static List<Product> products() {
    Draw draw = new Draw("dense columns");
    List<Product> products = new ArrayList<>();
    for (double zeros : new double[] {0, 0.5, 1}) {
      for (int i = 0; i < (TestDevice.simulated() ? 3 : 8); i++) {
        int m = 1 + draw.size();
        products.add(
            new Product(m, draw.size(), zeros, draw.chance(), draw.chance(), draw.chance()));
      }
      products.add(new Product(2, 1, zeros, true, true, true));
    }
    // Several tiles, ragged ones too, and where the list of elements other than zero begins anew.
    if (TestDevice.simulated()) {
      products.add(new Product(150, 3, 0.5, true, true, false));
      products.add(new Product(17, 2051, 0.99, true, true, true));
    } else {
      products.add(new Product(1000, 784, 0.5, true, true, false));
      products.add(new Product(1024, 130, 0, false, false, true));
      products.add(new Product(641, 2049, 0.5, true, false, false));
      for (int k : new int[] {2047, 2048, 2049, 4097}) {
        products.add(new Product(129, k, 0, true, true, k != 2049));
      }
    }
    return products;
  }

  @ParameterizedTest
  @MethodSource("products")
  void a_product_agrees_with_float64_and_repeats_bit_for_bit(Product p) {
    Draw draw = new Draw(p);
    Backend backend = TestDevice.backend(Family.CPU);
    float[] w = values(p, draw, p.m * p.k);
    float[] x = draw.sparsen(values(p, draw, p.k), p.zeros);
    float[] bias = p.bias ? values(p, draw, p.m) : null;
    Expected expected = Reference.gemm(p.m, 1, p.k, 1, w, false, x, false, 0, null, bias, p.relu);
    try (Guarded weights = Guarded.of(backend, p.m, p.k, w);
        DenseColumns columns = DenseColumns.of(backend, weights.matrix());
        Guarded input = Guarded.of(backend, p.k, 1, x);
        Guarded result = Guarded.result(backend, p.m, 1);
        Guarded deviceBias = p.bias ? Guarded.of(backend, p.m, 1, bias) : null) {
      assertThat(columns.rows()).isEqualTo(p.m);
      assertThat(columns.columns()).isEqualTo(p.k);
      assertThat(columns.bytes()).isEqualTo(Matrix.bytes(p.k, p.m));
      weights.checkUnchanged();
      Epilogue epilogue = new Epilogue(p.bias ? deviceBias.matrix() : null, p.relu);
      columns.multiply(input.matrix(), result.matrix(), epilogue);
      float[] first = result.read();
      (p.whole ? expected.exact() : expected).matches(first, p.toString());
      input.checkUnchanged();

      columns.multiply(input.matrix(), result.matrix(), epilogue);
      assertThat(Guarded.bits(result.read())).as(p + ", repeated").isEqualTo(Guarded.bits(first));
    }
  }

  private static float[] values(Product p, Draw draw, int count) {
    return p.whole ? draw.wholes(count, 9) : draw.values(count);
  }

  @Test
  void an_element_that_is_no_number_is_not_zero_and_minus_zero_is() {
    assertThat(product(1, Float.NaN, 1)).containsExactly(Float.NaN, Float.NaN);
    assertThat(product(1, Float.POSITIVE_INFINITY, 1))
        .containsExactly(Float.POSITIVE_INFINITY, Float.NaN);
    assertThat(product(1, -0f, 1)).containsExactly(4f, 5f);
  }

  /** The rows 1, 2, 3 and 4, 0, 1 times a vector. */
  private static float[] product(float... x) {
    Backend backend = TestDevice.backend(Family.CPU);
    try (Matrix weights = backend.matrix(2, 3, new float[] {1, 2, 3, 4, 0, 1});
        DenseColumns columns = DenseColumns.of(backend, weights);
        Matrix input = backend.matrix(3, 1, x);
        Matrix result = backend.matrix(2, 1)) {
      columns.multiply(input, result, Epilogue.RELU);
      return result.read();
    }
  }

  @Test
  void columns_that_meet_a_zero_are_not_read() {
    Backend backend = TestDevice.backend(Family.CPU);
    float[] w = {1, Float.NaN, 4, Float.POSITIVE_INFINITY};
    try (Matrix weights = backend.matrix(2, 2, w);
        DenseColumns columns = DenseColumns.of(backend, weights);
        Matrix input = backend.matrix(2, 1, new float[] {3, 0});
        Matrix result = backend.matrix(2, 1)) {
      columns.multiply(input, result, Epilogue.NONE);
      assertThat(result.read()).containsExactly(3f, 12f);
    }
  }

  @Test
  void a_gate_closes_what_it_does_not_let_through() {
    Backend backend = TestDevice.backend(Family.CPU);
    try (Matrix weights = backend.matrix(3, 1, new float[] {1, 2, 3});
        DenseColumns columns = DenseColumns.of(backend, weights);
        Matrix input = backend.matrix(1, 1, new float[] {-5});
        Matrix result = backend.matrix(3, 1);
        Matrix gate = backend.matrix(3, 1, new float[] {1, 0, 2})) {
      columns.multiply(input, result, Epilogue.throughRelu(gate));
      assertThat(result.read()).containsExactly(-5f, 0f, -15f);
    }
  }

  @Test
  void shapes_that_do_not_fit_are_refused() {
    Backend backend = TestDevice.backend(Family.CPU);
    try (Matrix weights = backend.matrix(3, 4);
        Matrix row = backend.matrix(1, 4);
        DenseColumns columns = DenseColumns.of(backend, weights);
        Matrix x = backend.matrix(4, 1);
        Matrix y = backend.matrix(3, 1);
        Matrix batch = backend.matrix(4, 2);
        Matrix two = backend.matrix(3, 2)) {
      assertThatThrownBy(() -> columns.multiply(y, x, Epilogue.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3 × 4 times 3 × 1 into 4 × 1");
      assertThatThrownBy(() -> columns.multiply(batch, two, Epilogue.NONE))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> columns.multiply(x, y, new Epilogue(x, false)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("bias of 4 × 1");
      assertThatThrownBy(() -> DenseColumns.of(backend, row))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 × 4");
      assertThat(DenseColumns.suits(backend, 1, 1)).isFalse();
      assertThat(DenseColumns.suits(backend, 3, 2)).isFalse();
      assertThat(DenseColumns.suits(TestDevice.backend(Family.GPU), 3, 1)).isFalse();
    }
  }
}
