package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.Expected;
import org.prunecl.testing.Reference;
import org.prunecl.testing.TestDevice;

@DeviceTest
final class GemmTest {
  private static final float[] FACTORS = {1f, -0.5f, 2f, 0.75f};

  /** A product: its shape, its factors, its epilogue; whole-numbered ones must be exact. */
  record Product(
      Family family,
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      float alpha,
      float beta,
      boolean bias,
      boolean relu,
      boolean whole) {
    static Product draw(
        Draw draw, Family family, int transposes, int m, int n, int k, boolean whole) {
      return new Product(
          family,
          (transposes & 1) != 0,
          (transposes & 2) != 0,
          m,
          n,
          k,
          whole ? draw.pick(1f, -2f, 3f) : draw.pick(FACTORS),
          draw.chance() ? 0f : whole ? draw.pick(1f, -3f) : draw.pick(FACTORS),
          draw.chance(),
          draw.chance(),
          whole);
    }

    float[] values(Draw draw, int count) {
      return whole ? draw.wholes(count, 4) : draw.values(count);
    }
  }

  static List<Product> products() {
    Draw draw = new Draw("gemm shapes");
    List<Product> products = new ArrayList<>();
    for (Family family : Family.values()) {
      for (int t = 0; t < 4; t++) {
        boolean whole = t % 2 == 0;
        products.add(Product.draw(draw, family, t, 1, 1, 1, whole));
        products.add(Product.draw(draw, family, t, draw.size(), 1, draw.size(), whole));
        products.add(Product.draw(draw, family, t, 1, draw.size(), draw.size(), whole));
        products.add(Product.draw(draw, family, t, draw.size(), draw.size(), 1, whole));
        products.add(Product.draw(draw, family, t, draw.size(), draw.size(), draw.size(), !whole));
        // Ragged tiles that end with a row of A, or close to its end.
        for (int m : new int[] {13, 16, 31, 32}) {
          products.add(Product.draw(draw, family, t, m, draw.pick(16, 32, 48, 70), 5, whole));
        }
        if (!TestDevice.simulated()) {
          products.add(Product.draw(draw, family, t, 211, 129, 65, whole));
          products.add(Product.draw(draw, family, t, 193, 1, 67, !whole));
          for (int i = 0; i < 5; i++) {
            int m = draw.size();
            int n = draw.size();
            products.add(Product.draw(draw, family, t, m, n, draw.size(), i % 2 == 0));
          }
          // About the depths of a CPU's panels.
          for (int k : new int[] {1023, 1024, 1025, 1041, 2047, 2049}) {
            products.add(Product.draw(draw, family, t, 7, 17 + 16 * (k % 2), k, k % 3 != 0));
            products.add(Product.draw(draw, family, t, 16, 65 - 32 * (k % 2), k, k % 3 == 0));
          }
          // Every width of a panel that a CPU reads as it lies, and of the last one.
          for (int n : new int[] {16, 32, 48, 64, 80, 96, 112, 130}) {
            products.add(Product.draw(draw, family, t, draw.size(), n, draw.size(), n % 3 != 0));
          }
          // A transposed A in blocks, since it is deep or its rows lie 4 KiB apart.
          products.add(Product.draw(draw, family, t, 18, draw.pick(33, 129), 1300, whole));
          products.add(Product.draw(draw, family, t, 1024, 1024, 5, whole));
          if (TestDevice.longLoops()) {
            products.add(Product.draw(draw, family, t, 1024, 33, 300, whole));
            // A transposed A that a CPU takes long pieces of, several below and beside one another,
            // and a large one of many columns.
            if (family == Family.CPU && t % 2 == 1) {
              products.add(Product.draw(draw, family, t, 401, draw.pick(97, 193), 1300, whole));
              products.add(Product.draw(draw, family, t, 1090 + draw.size(), 520, 490, !whole));
            }
          }
          products.add(Product.draw(draw, family, t, 33, 1, 2100, whole));
        }
      }
    }
    return products;
  }

  @ParameterizedTest
  @MethodSource("products")
  void a_product_agrees_with_float64(Product p) {
    Draw draw = new Draw(p);
    Backend backend = TestDevice.backend(p.family);
    float[] a = p.values(draw, p.m * p.k);
    float[] b = p.values(draw, p.k * p.n);
    float[] c = p.beta == 0 ? null : p.values(draw, p.m * p.n);
    float[] bias = p.bias ? p.values(draw, p.m) : null;
    Expected expected =
        Reference.gemm(
            p.m, p.n, p.k, p.alpha, a, p.transposeA, b, p.transposeB, p.beta, c, bias, p.relu);
    for (Gemm gemm : variants(backend)) {
      try (Guarded da = operand(backend, p.m, p.k, a, p.transposeA);
          Guarded db = operand(backend, p.k, p.n, b, p.transposeB);
          Guarded dc = Guarded.of(backend, p.m, p.n, c);
          Guarded dBias = p.bias ? Guarded.of(backend, p.m, 1, bias) : null) {
        gemm.multiply(
            p.alpha,
            da.matrix(),
            p.transposeA,
            db.matrix(),
            p.transposeB,
            p.beta,
            dc.matrix(),
            new Epilogue(p.bias ? dBias.matrix() : null, p.relu));
        (p.whole ? expected.exact() : expected).matches(dc.read(), p.toString());
        da.checkUnchanged();
        db.checkUnchanged();
        if (p.bias) {
          dBias.checkUnchanged();
        }
      }
    }
  }

  /**
   * Every register tile that a CPU may get with this driver, whatever this one gets; a GPU's
   * product whole or in parts, whose tiles {@link GpuGemmTest} goes through.
   */
  private static List<Gemm> variants(Backend backend) {
    if (!backend.cpu()) {
      return List.of(
          new Gemm(backend), new Gemm(backend, new GpuGemm(backend, backend.tuning(), 64, 16)));
    }
    Gemm shallow = new Gemm(backend, new CpuTile(6, 2, 8, 256, 8));
    return TestDevice.wideVectors()
        ? List.of(
            shallow,
            new Gemm(backend, CpuTile.SIXTEEN_REGISTERS),
            new Gemm(backend, CpuTile.THIRTY_TWO_REGISTERS))
        : List.of(shallow, new Gemm(backend));
  }

  @BothFamilies
  void a_nan_in_an_operand_reaches_what_depends_on_it_and_nothing_else(Family family) {
    Backend backend = TestDevice.backend(family);
    int m = 9;
    int k = 11;
    int i = 7;
    int l = 10;
    for (int transposes = 0; transposes < 4; transposes++) {
      boolean ta = (transposes & 1) != 0;
      boolean tb = (transposes & 2) != 0;
      for (int n : new int[] {1, 18}) {
        int j = n - 1;
        String what = "transposes " + transposes + ", columns " + n;
        float[] a = new Draw("gemm nan " + what).values(m * k);
        float[] b = new Draw("gemm nan b " + what).values(k * n);
        float[] spoiltA = a.clone();
        spoiltA[ta ? l * m + i : i * k + l] = Float.NaN;
        float[] spoiltB = b.clone();
        spoiltB[tb ? j * k + l : l * n + j] = Float.NaN;
        float[] bias = new float[m];
        bias[i] = Float.NaN;
        float[] c = new float[m * n];
        c[i * n + j] = Float.NaN;
        assertThat(nanElements(backend, m, n, k, spoiltA, ta, b, tb, 0f, c, new float[m]))
            .as("A, " + what)
            .isEqualTo(cells(n, i, i, 0, n - 1));
        assertThat(nanElements(backend, m, n, k, a, ta, spoiltB, tb, 0f, c, new float[m]))
            .as("B, " + what)
            .isEqualTo(cells(n, 0, m - 1, j, j));
        assertThat(nanElements(backend, m, n, k, a, ta, b, tb, 0f, c, bias))
            .as("bias, " + what)
            .isEqualTo(cells(n, i, i, 0, n - 1));
        assertThat(nanElements(backend, m, n, k, a, ta, b, tb, 1f, c, new float[m]))
            .as("C, " + what)
            .isEqualTo(cells(n, i, i, j, j));
      }
    }
  }

  /** Where the product, with ReLU, is NaN. */
  private static List<Integer> nanElements(
      Backend backend,
      int m,
      int n,
      int k,
      float[] a,
      boolean ta,
      float[] b,
      boolean tb,
      float beta,
      float[] c,
      float[] bias) {
    try (Guarded da = operand(backend, m, k, a, ta);
        Guarded db = operand(backend, k, n, b, tb);
        Guarded dc = Guarded.of(backend, m, n, c);
        Guarded dBias = Guarded.of(backend, m, 1, bias)) {
      new Gemm(backend)
          .multiply(
              1f,
              da.matrix(),
              ta,
              db.matrix(),
              tb,
              beta,
              dc.matrix(),
              new Epilogue(dBias.matrix(), true));
      float[] result = dc.read();
      List<Integer> found = new ArrayList<>();
      for (int e = 0; e < result.length; e++) {
        if (Float.isNaN(result[e])) {
          found.add(e);
        }
      }
      return found;
    }
  }

  private static List<Integer> cells(int columns, int row0, int row1, int column0, int column1) {
    List<Integer> cells = new ArrayList<>();
    for (int i = row0; i <= row1; i++) {
      for (int j = column0; j <= column1; j++) {
        cells.add(i * columns + j);
      }
    }
    return cells;
  }

  private static Guarded operand(
      Backend backend, int rows, int columns, float[] values, boolean transposed) {
    return transposed
        ? Guarded.of(backend, columns, rows, values)
        : Guarded.of(backend, rows, columns, values);
  }

  @BothFamilies
  void the_same_product_twice_is_the_same_bit_for_bit(Family family) {
    Backend backend = TestDevice.backend(family);
    int size = TestDevice.simulated() ? 17 : 197;
    Draw draw = new Draw("gemm repeats");
    for (int n : new int[] {1, size}) {
      try (Matrix a = backend.matrix(size, size, draw.values(size * size));
          Matrix b = backend.matrix(size, n, draw.values(size * n));
          Matrix first = backend.matrix(size, n);
          Matrix second = backend.matrix(size, n)) {
        new Gemm(backend).multiply(a, b, first, Epilogue.NONE);
        new Gemm(backend).multiply(a, b, second, Epilogue.NONE);
        assertThat(Guarded.bits(second.read())).isEqualTo(Guarded.bits(first.read()));
      }
    }
  }

  /** What is kept of products must not be mixed up: each differs from another in one thing. */
  @BothFamilies
  void one_gemm_does_several_products_in_turns(Family family) {
    record Turn(boolean transposeA, boolean transposeB, int m, int n, int k, boolean relu) {}
    Backend backend = TestDevice.backend(family);
    Draw draw = new Draw("gemm in turns " + family);
    Gemm gemm = new Gemm(backend);
    int size = draw.pick(16, 17, 33);
    int deep = TestDevice.simulated() || !TestDevice.longLoops() ? 70 : 2100;
    List<Turn> turns =
        List.of(
            new Turn(false, false, size, size, size, false),
            new Turn(true, false, size, size, size, false),
            new Turn(true, true, size, size, size, false),
            new Turn(false, true, size, size, size, false),
            new Turn(false, true, size, size, size, true),
            new Turn(false, true, size, size, deep, true),
            new Turn(false, true, size, 129, deep, true),
            new Turn(false, true, 70, 129, deep, true),
            new Turn(false, false, size, size, size, false));
    for (Turn turn : turns) {
      float[] a = draw.values(turn.m * turn.k);
      float[] b = draw.values(turn.k * turn.n);
      try (Guarded da = operand(backend, turn.m, turn.k, a, turn.transposeA);
          Guarded db = operand(backend, turn.k, turn.n, b, turn.transposeB);
          Guarded dc = Guarded.of(backend, turn.m, turn.n, null)) {
        gemm.multiply(
            1f,
            da.matrix(),
            turn.transposeA,
            db.matrix(),
            turn.transposeB,
            0f,
            dc.matrix(),
            turn.relu ? Epilogue.RELU : Epilogue.NONE);
        Reference.gemm(
                turn.m,
                turn.n,
                turn.k,
                1,
                a,
                turn.transposeA,
                b,
                turn.transposeB,
                0,
                null,
                null,
                turn.relu)
            .matches(dc.read(), turn.toString());
      }
    }
  }

  @BothFamilies
  void shapes_that_do_not_fit_are_refused(Family family) {
    Backend backend = TestDevice.backend(family);
    Gemm gemm = new Gemm(backend);
    try (Matrix a = backend.matrix(3, 4);
        Matrix b = backend.matrix(4, 5);
        Matrix c = backend.matrix(3, 5);
        Matrix bias = backend.matrix(4, 1)) {
      assertThatThrownBy(() -> gemm.multiply(b, a, c, Epilogue.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("4 × 5 times 3 × 4 into 3 × 5");
      assertThatThrownBy(() -> gemm.multiply(a, b, b, Epilogue.NONE))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> gemm.multiply(1f, a, true, b, false, 0f, c, Epilogue.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3 × 4 transposed");
      assertThatThrownBy(() -> gemm.multiply(a, b, c, new Epilogue(bias, false)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3 rows");
    }
  }
}
