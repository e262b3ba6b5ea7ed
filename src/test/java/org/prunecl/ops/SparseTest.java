package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.Expected;
import org.prunecl.testing.Reference;
import org.prunecl.testing.Shape;
import org.prunecl.testing.TestDevice;

@DeviceTest
final class SparseTest {
  private static final double[] SPARSITIES = {0, 0.5, 0.9, 1};

  @BothFamilies
  void csr_holds_what_is_not_zero_row_by_row(Family family) {
    Backend backend = TestDevice.backend(family);
    for (Shape shape : Shape.draw("csr", 4)) {
      for (double sparsity : SPARSITIES) {
        Draw draw = new Draw("csr" + shape + sparsity);
        float[] dense = draw.sparsen(draw.values(shape.size()), sparsity);
        dense[draw.index(dense.length)] = -0f;
        dense[draw.index(dense.length)] = Float.NaN;
        List<Integer> columns = new ArrayList<>();
        List<Float> values = new ArrayList<>();
        int[] starts = new int[shape.rows() + 1];
        for (int i = 0; i < shape.rows(); i++) {
          for (int j = 0; j < shape.columns(); j++) {
            float value = dense[i * shape.columns() + j];
            if (value != 0) {
              columns.add(j);
              values.add(value);
            }
          }
          starts[i + 1] = columns.size();
        }
        String what = shape + ", sparsity " + sparsity;
        try (Guarded device = Guarded.of(backend, shape.rows(), shape.columns(), dense);
            CsrMatrix csr = CsrMatrix.of(backend, device.matrix())) {
          assertThat(csr.rows()).isEqualTo(shape.rows());
          assertThat(csr.columns()).isEqualTo(shape.columns());
          assertThat(csr.nonzeros()).as(what).isEqualTo(values.size());
          assertThat(csr.readStarts()).as(what).isEqualTo(starts);
          assertThat(csr.readColumns())
              .as(what)
              .isEqualTo(columns.stream().mapToInt(Integer::intValue).toArray());
          float[] stored = csr.readValues();
          assertThat(stored).hasSize(values.size());
          for (int e = 0; e < stored.length; e++) {
            assertThat(stored[e]).as(what + ", element " + e).isEqualTo(values.get(e));
          }
          device.checkUnchanged();
        }
      }
    }
  }

  @BothFamilies
  void the_bytes_of_csr_are_counted(Family family) {
    assertThat(CsrMatrix.bytes(1000, 10_000)).isEqualTo(4 * 1001 + 8 * 10_000);
    Backend backend = TestDevice.backend(family);
    try (Matrix zeros = backend.matrix(5, 3);
        CsrMatrix csr = CsrMatrix.of(backend, zeros)) {
      assertThat(CsrMatrix.bytes(csr.rows(), csr.nonzeros())).isEqualTo(24);
    }
  }

  /** A product: its shape, the share of zeros in S, its epilogue; whole numbers must be exact. */
  record Product(
      Family family,
      int m,
      int n,
      int k,
      double sparsity,
      boolean bias,
      boolean relu,
      boolean whole) {}

  static List<Product> products() {
    Draw draw = new Draw("spmm shapes");
    List<Product> products = new ArrayList<>();
    for (Family family : Family.values()) {
      products.add(new Product(family, 1, 1, 1, 0, false, true, true));
      for (double sparsity : SPARSITIES) {
        for (int i = 0; i < (TestDevice.simulated() ? 1 : 4); i++) {
          int m = draw.size();
          int n = draw.size();
          int k = draw.size();
          boolean bias = draw.chance();
          boolean relu = draw.chance();
          boolean whole = draw.chance();
          products.add(new Product(family, m, n, k, sparsity, bias, relu, whole));
          products.add(new Product(family, m, 1, k, sparsity, bias, relu, whole));
        }
      }
      if (!TestDevice.simulated()) {
        products.add(new Product(family, 1, 17, 2100, 0.5, true, false, true));
        products.add(new Product(family, 211, 1, 2100, 0.9, true, true, false));
        products.add(new Product(family, 211, 129, 193, 0.9, true, true, false));
        products.add(new Product(family, 193, 33, 1, 0.5, false, false, true));
      }
    }
    return products;
  }

  /** The forms of S that a family has for matrices of such a size. */
  private static List<SparseForm> forms(Backend backend, int k, int n) {
    return Arrays.stream(SparseForm.values()).filter(form -> form.suits(backend, k, n)).toList();
  }

  @ParameterizedTest
  @MethodSource("products")
  void a_product_agrees_with_float64(Product p) {
    for (SparseForm form : forms(TestDevice.backend(p.family), p.k, p.n)) {
      check(p, form);
    }
  }

  private static void check(Product p, SparseForm form) {
    Draw draw = new Draw(p);
    Backend backend = TestDevice.backend(p.family);
    float[] s = draw.sparsen(values(p, draw, p.m * p.k), p.sparsity);
    float[] x = values(p, draw, p.k * p.n);
    float[] bias = p.bias ? values(p, draw, p.m) : null;
    Expected expected = Reference.gemm(p.m, p.n, p.k, 1, s, false, x, false, 0, null, bias, p.relu);
    try (Guarded dense = Guarded.of(backend, p.m, p.k, s);
        SparseMatrix sparse = form.of(backend, dense.matrix(), p.n);
        Guarded input = Guarded.of(backend, p.k, p.n, x);
        Guarded result = Guarded.result(backend, p.m, p.n);
        Guarded deviceBias = p.bias ? Guarded.of(backend, p.m, 1, bias) : null) {
      Epilogue epilogue = new Epilogue(p.bias ? deviceBias.matrix() : null, p.relu);
      new Spmm(backend).multiply(sparse, input.matrix(), result.matrix(), epilogue);
      float[] first = result.read();
      (p.whole ? expected.exact() : expected).matches(first, form + " " + p);
      input.checkUnchanged();

      new Spmm(backend).multiply(sparse, input.matrix(), result.matrix(), epilogue);
      assertThat(Guarded.bits(result.read()))
          .as(form + " " + p + ", repeated")
          .isEqualTo(Guarded.bits(first));
    }
  }

  private static float[] values(Product p, Draw draw, int count) {
    return p.whole ? draw.wholes(count, 9) : draw.values(count);
  }

  @BothFamilies
  void a_nan_reaches_what_depends_on_it_and_nothing_else(Family family) {
    for (int n : new int[] {1, 18}) {
      for (SparseForm form : forms(TestDevice.backend(family), 3, n)) {
        checkNan(family, form, n);
      }
    }
  }

  private static void checkNan(Family family, SparseForm form, int n) {
    float[] s = {
      1f, 0f, 2f, //
      0f, 3f, 0f, //
      0f, 0f, 0f
    };
    float[] x = new float[3 * n];
    Arrays.fill(x, 1f);
    float[] bias = new float[3];
    assertThat(nanElements(family, form, n, s, x, bias)).isEmpty();

    float[] spoiltX = x.clone();
    spoiltX[n + n - 1] = Float.NaN;
    assertThat(nanElements(family, form, n, s, spoiltX, bias)).containsExactly(n + n - 1);

    // What a form fills up with must not meet it.
    float[] spoiltFirst = x.clone();
    spoiltFirst[0] = Float.NaN;
    assertThat(nanElements(family, form, n, s, spoiltFirst, bias)).containsExactly(0);

    float[] spoiltS = s.clone();
    spoiltS[0] = Float.NaN;
    assertThat(nanElements(family, form, n, spoiltS, x, bias)).containsExactly(row(0, n));

    assertThat(nanElements(family, form, n, s, x, new float[] {0, 0, Float.NaN}))
        .containsExactly(row(2, n));
  }

  private static Integer[] row(int row, int columns) {
    Integer[] elements = new Integer[columns];
    Arrays.setAll(elements, j -> row * columns + j);
    return elements;
  }

  /** Where the product, with ReLU, is NaN. */
  private static List<Integer> nanElements(
      Family family, SparseForm form, int n, float[] s, float[] x, float[] bias) {
    Backend backend = TestDevice.backend(family);
    try (Matrix dense = backend.matrix(3, 3, s);
        SparseMatrix sparse = form.of(backend, dense, n);
        Guarded input = Guarded.of(backend, 3, n, x);
        Guarded result = Guarded.result(backend, 3, n);
        Guarded deviceBias = Guarded.of(backend, 3, 1, bias)) {
      new Spmm(backend)
          .multiply(
              sparse, input.matrix(), result.matrix(), new Epilogue(deviceBias.matrix(), true));
      float[] y = result.read();
      List<Integer> found = new ArrayList<>();
      for (int i = 0; i < y.length; i++) {
        if (Float.isNaN(y[i])) {
          found.add(i);
        }
      }
      return found;
    }
  }

  @BothFamilies
  void shapes_that_do_not_fit_are_refused(Family family) {
    Backend backend = TestDevice.backend(family);
    Spmm spmm = new Spmm(backend);
    try (Matrix dense = backend.matrix(3, 4);
        CsrMatrix csr = CsrMatrix.of(backend, dense);
        Matrix x = backend.matrix(4, 5);
        Matrix y = backend.matrix(3, 5)) {
      assertThatThrownBy(() -> spmm.multiply(csr, y, x, Epilogue.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3 × 4 times 3 × 5 into 4 × 5");
      assertThatThrownBy(() -> spmm.multiply(csr, x, y, new Epilogue(x, false)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("bias of 4 × 5");
    }
  }
}
