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

/** Where the elements of a sparse matrix stand, in every form: products and the way back. */
@DeviceTest
final class SparseFormTest {
  /** Where the elements other than zero are. */
  enum Structure {
    NOTHING {
      @Override
      boolean has(int i, int j, int rows, int columns, Draw draw) {
        return false;
      }
    },
    EVERYTHING {
      @Override
      boolean has(int i, int j, int rows, int columns, Draw draw) {
        return true;
      }
    },
    LAST_ELEMENT {
      @Override
      boolean has(int i, int j, int rows, int columns, Draw draw) {
        return i == rows - 1 && j == columns - 1;
      }
    },
    EVERY_OTHER_ROW {
      @Override
      boolean has(int i, int j, int rows, int columns, Draw draw) {
        return i % 2 == 1 && draw.chance();
      }
    },
    EVERY_THIRD_COLUMN {
      @Override
      boolean has(int i, int j, int rows, int columns, Draw draw) {
        return j % 3 == 2;
      }
    },
    LENGTHENING_ROWS {
      @Override
      boolean has(int i, int j, int rows, int columns, Draw draw) {
        return (long) j * rows < (long) i * columns;
      }
    },
    ONE_FULL_ROW {
      @Override
      boolean has(int i, int j, int rows, int columns, Draw draw) {
        return i == rows / 2 || (j + i) % 61 == 0;
      }
    },
    DENSE_CORNER {
      @Override
      boolean has(int i, int j, int rows, int columns, Draw draw) {
        return (i < rows / 2 && j < columns / 4) || draw.index(20) == 0;
      }
    };

    abstract boolean has(int i, int j, int rows, int columns, Draw draw);
  }

  /** A matrix, and the columns of what it is multiplied with. */
  record Case(Family family, SparseForm form, Structure structure, int m, int k, int n) {}

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Family family : Family.values()) {
      Draw draw = new Draw("structures" + family);
      Backend backend = TestDevice.backend(family);
      for (Structure structure : Structure.values()) {
        for (int n : TestDevice.simulated() ? new int[] {1, 17} : new int[] {1, 32, 100, 129}) {
          int m = draw.size();
          int k = draw.size();
          for (SparseForm form : SparseForm.values()) {
            if (form.suits(backend, k, n)) {
              cases.add(new Case(family, form, structure, m, k, n));
            }
          }
        }
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void any_structure_multiplies_right_and_comes_back(Case c) {
    check(c, new Draw(c));
  }

  /** Where 16-bit indices end, but where a device can't count so far in one loop. */
  static List<Case> wide() {
    int end = TestDevice.simulated() || !TestDevice.wideVectors() ? 300 : 65_536;
    List<Case> cases = new ArrayList<>();
    for (Family family : Family.values()) {
      for (int k : new int[] {end - 1, end, end + 1}) {
        for (int n : new int[] {1, 16}) {
          for (SparseForm form : SparseForm.values()) {
            if (form.suits(TestDevice.backend(family), k, n)) {
              cases.add(new Case(family, form, Structure.ONE_FULL_ROW, 3, k, n));
            }
          }
        }
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("wide")
  void as_many_columns_as_indices_count_are_not_too_many(Case c) {
    check(c, new Draw(c));
  }

  @BothFamilies
  void a_form_for_vectors_refuses_batches_and_one_for_batches_vectors(Family family) {
    Backend backend = TestDevice.backend(family);
    Spmm spmm = new Spmm(backend);
    try (Matrix dense = backend.matrix(3, 4);
        Matrix vector = backend.matrix(4, 1);
        Matrix batch = backend.matrix(4, 5);
        Matrix one = backend.matrix(3, 1);
        Matrix five = backend.matrix(3, 5)) {
      for (SparseForm form : SparseForm.values()) {
        boolean vectors = form.suits(backend, 4, 1);
        boolean batches = form.suits(backend, 4, 5);
        if (vectors != batches) {
          try (SparseMatrix sparse = form.of(backend, dense, vectors ? 1 : 5)) {
            assertThatThrownBy(
                    () ->
                        spmm.multiply(
                            sparse, vectors ? batch : vector, vectors ? five : one, Epilogue.NONE))
                .as(form.toString())
                .isInstanceOf(IllegalArgumentException.class);
          }
        }
      }
      assertThat(SparseForm.CSR.suits(backend, 4, 1)).isTrue();
      assertThat(SparseForm.CSR.suits(backend, 4, 5)).isTrue();
      assertThat(SparseForm.WINDOWED.suits(backend, 65_537, 1)).isFalse();
    }
  }

  private static void check(Case c, Draw draw) {
    Backend backend = TestDevice.backend(c.family);
    float[] s = draw.values(c.m * c.k);
    for (int i = 0; i < c.m; i++) {
      for (int j = 0; j < c.k; j++) {
        if (!c.structure.has(i, j, c.m, c.k, draw)) {
          s[i * c.k + j] = 0;
        }
      }
    }
    int nonzeros = 0;
    for (float value : s) {
      nonzeros += value == 0 ? 0 : 1;
    }
    float[] x = draw.values(c.k * c.n);
    Expected expected = Reference.gemm(c.m, c.n, c.k, 1, s, false, x, false, 0, null, null, false);
    try (Guarded dense = Guarded.of(backend, c.m, c.k, s);
        SparseMatrix sparse = c.form.of(backend, dense.matrix(), c.n);
        Guarded input = Guarded.of(backend, c.k, c.n, x);
        Guarded result = Guarded.result(backend, c.m, c.n);
        Guarded back = Guarded.result(backend, c.m, c.k)) {
      assertThat(sparse.nonzeros()).as(c.toString()).isEqualTo(nonzeros);
      new Spmm(backend).multiply(sparse, input.matrix(), result.matrix(), Epilogue.NONE);
      expected.matches(result.read(), c.toString());
      sparse.toDense(back.matrix());
      assertThat(back.read()).as(c + ", back").isEqualTo(s);
      dense.checkUnchanged();
    }
  }
}
