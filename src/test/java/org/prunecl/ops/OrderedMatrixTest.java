package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Rows by falling length: every tile of the kernels, over stages that some rows don't reach. */
@DeviceTest
final class OrderedMatrixTest {
  /** Elements of a row that the widest tile's stage holds. */
  private static final int STAGE = 64;

  /** The longest row has so many elements, the others fewer and fewer; n columns of X. */
  record Case(int rows, int longest, int n) {}

  static List<Case> cases() {
    // Enough rows for as many work-groups as make an item take two pieces of a row.
    int many = 4 * 8 * TestDevice.get().computeUnits() + 1;
    List<Case> cases = new ArrayList<>();
    for (int n : new int[] {1, 2, 16, 17, 33, 64, 65}) {
      cases.add(new Case(9, STAGE + 3, n));
      cases.add(new Case(5, 4, n));
    }
    cases.add(new Case(many, STAGE, 65));
    cases.add(new Case(many, 2 * STAGE + 5, TestDevice.simulated() ? 80 : 129));
    cases.add(new Case(67, 33, 1));
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void rows_of_every_length_multiply_right(Case c) {
    Draw draw = new Draw(c);
    Backend backend = TestDevice.backend(Family.GPU);
    int k = c.longest + 7;
    int[] rows = draw.permutation(c.rows);
    float[] s = new float[c.rows * k];
    for (int i = 0; i < c.rows; i++) {
      int length = (int) ((long) c.longest * (c.rows - i) / c.rows);
      int[] columns = draw.permutation(k);
      for (int e = 0; e < length; e++) {
        s[rows[i] * k + columns[e]] = draw.pick(-3f, -2f, -1f, 1f, 2f, 3f);
      }
    }
    float[] x = draw.wholes(k * c.n, 9);
    float[] bias = draw.wholes(c.rows, 9);
    Expected expected = Reference.gemm(c.rows, c.n, k, 1, s, false, x, false, 0, null, bias, true);
    try (Guarded dense = Guarded.of(backend, c.rows, k, s);
        SparseMatrix ordered = SparseForm.ORDERED.of(backend, dense.matrix(), c.n);
        Guarded input = Guarded.of(backend, k, c.n, x);
        Guarded deviceBias = Guarded.of(backend, c.rows, 1, bias);
        Guarded result = Guarded.result(backend, c.rows, c.n);
        Guarded back = Guarded.result(backend, c.rows, k)) {
      Epilogue epilogue = new Epilogue(deviceBias.matrix(), true);
      new Spmm(backend).multiply(ordered, input.matrix(), result.matrix(), epilogue);
      expected.exact().matches(result.read(), c.toString());
      ordered.toDense(back.matrix());
      assertThat(back.read()).as(c + ", back").isEqualTo(s);
      input.checkUnchanged();
    }
  }

  @Test
  void rows_are_ordered_by_falling_length_and_equal_ones_stay_in_their_order() {
    assertThat(CompressedRows.byLength(new int[] {3, 0, 7, 3, 9, 0}))
        .containsExactly(4, 2, 0, 3, 1, 5);
  }

  @Test
  void indices_take_two_bytes_up_to_65536_columns_and_four_beyond() {
    Backend backend = TestDevice.backend(Family.GPU);
    assertThat(bytes(backend, 100)).isEqualTo(4 * 2 + (2 + 4) * 3 + 4);
    if (TestDevice.wideVectors() && !TestDevice.simulated()) {
      assertThat(bytes(backend, 65_536)).isEqualTo(4 * 2 + (2 + 4) * 3 + 4);
      assertThat(bytes(backend, 65_537)).isEqualTo(4 * 2 + (4 + 4) * 3 + 4);
    }
  }

  /** What a row of three elements takes. */
  private static long bytes(Backend backend, int columns) {
    float[] s = new float[columns];
    s[0] = 1;
    s[columns / 2] = 2;
    s[columns - 1] = 3;
    try (Matrix dense = backend.matrix(1, columns, s);
        SparseMatrix ordered = SparseForm.ORDERED.of(backend, dense, 1)) {
      return ordered.bytes();
    }
  }
}
