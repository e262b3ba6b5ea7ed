package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.Expected;
import org.prunecl.testing.Reference;
import org.prunecl.testing.TestDevice;

@DeviceTest
final class WindowsTest {
  @Test
  void a_step_takes_what_lies_within_32_columns_of_the_first_that_is_wanted() {
    int columns = 64;
    float[] dense = new float[2 * columns];
    // Two elements in the first row, three in the second, which comes first.
    dense[3] = 1;
    dense[50] = 2;
    dense[columns + 9] = 3;
    dense[columns + 34] = 4;
    dense[columns + 35] = 5;
    Windows windows = Windows.of(2, columns, dense);
    assertThat(windows.order()).startsWith(1, 0).endsWith(-1);
    assertThat(windows.starts()).containsExactly(0, 3);
    assertThat(windows.nonzeros()).isEqualTo(5);
    assertThat(bases(windows)).containsExactly(0, 32, 32);
    assertThat(lane(windows, 0)).containsExactly("9: 3.0", "2: 4.0", "3: 5.0");
    assertThat(lane(windows, 1)).containsExactly("3: 1.0", "18: 2.0", "-1: 0.0");
    assertThat(lane(windows, 2)).containsExactly("-1: 0.0", "-1: 0.0", "-1: 0.0");
  }

  private static List<String> lane(Windows windows, int lane) {
    List<String> elements = new ArrayList<>();
    for (int step = 0; step < windows.steps(); step++) {
      int at = step * Windows.ROWS + lane;
      elements.add(windows.picks()[at] + ": " + windows.values()[at]);
    }
    return elements;
  }

  private static int[] bases(Windows windows) {
    ByteBuffer bases = ByteBuffer.wrap(windows.bases()).order(ByteOrder.nativeOrder());
    int[] all = new int[windows.steps()];
    for (int step = 0; step < all.length; step++) {
      all[step] = Short.toUnsignedInt(bases.getShort());
    }
    return all;
  }

  @Test
  void each_element_is_taken_once_from_within_the_padded_vector() {
    Draw draw = new Draw("windows");
    for (int columns : new int[] {1, 15, 16, 17, 31, 32, 33, 40, 47, 48, 49, 300, 65_536}) {
      boolean many = columns > 1000;
      int rows = many ? 2 : draw.size();
      double sparsity = many ? 0.95 : draw.pick(0f, 0.5f, 0.95f, 1f);
      float[] dense = draw.sparsen(draw.values(rows * columns), sparsity);
      Windows windows = Windows.of(rows, columns, dense);
      int[] bases = bases(windows);
      int padded = (columns + 15) / 16 * 16;
      float[] found = new float[dense.length];
      for (int slice = 0; slice + 1 < windows.starts().length; slice++) {
        // What every bound of memory rests on.
        assertThat(windows.starts()[slice + 1] - windows.starts()[slice])
            .isLessThanOrEqualTo(columns);
        for (int step = windows.starts()[slice]; step < windows.starts()[slice + 1]; step++) {
          String what = "seed %d, %d columns, step %d".formatted(Draw.SEED, columns, step);
          assertThat(bases[step]).as(what).isLessThanOrEqualTo(Math.max(0, padded - 32));
          assertThat(bases[step] % 8).as(what).isZero();
          int taken = 0;
          for (int lane = 0; lane < Windows.ROWS; lane++) {
            int row = windows.order()[slice * Windows.ROWS + lane];
            int pick = windows.picks()[step * Windows.ROWS + lane];
            assertThat(pick).as(what).isBetween(-1, row < 0 ? -1 : 31);
            if (pick >= 0) {
              int at = row * columns + bases[step] + pick;
              assertThat(found[at]).as(what).isZero();
              found[at] = windows.values()[step * Windows.ROWS + lane];
              taken++;
            }
          }
          assertThat(taken).as(what).isPositive();
        }
      }
      assertThat(found).as("seed %d, %d columns", Draw.SEED, columns).isEqualTo(plus(dense));
    }
  }

  /** Zeros of either sign are no elements. */
  private static float[] plus(float[] values) {
    float[] plus = values.clone();
    for (int i = 0; i < plus.length; i++) {
      plus[i] += 0f;
    }
    return plus;
  }

  @Test
  void vectors_of_either_width_pick_the_same_and_what_is_no_number_meets_its_columns_only() {
    List<CpuTile> tiles = new ArrayList<>(List.of(CpuTile.SIXTEEN_REGISTERS));
    if (TestDevice.wideVectors()) {
      tiles.add(CpuTile.THIRTY_TWO_REGISTERS);
    }
    for (CpuTile tile : tiles) {
      try (Backend backend = Backend.open(TestDevice.get(), Family.CPU, Tuning.fixed(tile))) {
        assertThat(backend.vectorLanes()).isEqualTo(tile.lanes());
        for (int columns : new int[] {1, 16, 17, 33, 100, 333}) {
          check(backend, 37, columns, 0.8);
          check(backend, 5, columns, 0.2);
        }
      }
    }
  }

  private static void check(Backend backend, int rows, int columns, double sparsity) {
    Draw draw = new Draw(rows + " × " + columns);
    float[] w = draw.sparsen(draw.values(rows * columns), sparsity);
    float[] x = draw.values(columns);
    float[] broken = x.clone();
    int column = draw.index(columns);
    broken[column] = Float.NaN;
    Expected expected =
        Reference.gemm(rows, 1, columns, 1, w, false, x, false, 0, null, null, false);
    try (Guarded dense = Guarded.of(backend, rows, columns, w);
        SparseMatrix sparse = SparseForm.WINDOWED.of(backend, dense.matrix(), 1);
        Guarded right = Guarded.of(backend, columns, 1, x);
        Guarded wrong = Guarded.of(backend, columns, 1, broken);
        Guarded y = Guarded.result(backend, rows, 1)) {
      Epilogue none = new Epilogue(null, false);
      Spmm spmm = new Spmm(backend);
      spmm.multiply(sparse, right.matrix(), y.matrix(), none);
      float[] sums = y.read();
      expected.matches(sums, rows + " × " + columns);
      spmm.multiply(sparse, wrong.matrix(), y.matrix(), none);
      float[] met = y.read();
      for (int row = 0; row < rows; row++) {
        assertThat((Float) met[row])
            .as("seed %d, %d × %d, row %d", Draw.SEED, rows, columns, row)
            .isEqualTo(Float.valueOf(w[row * columns + column] == 0 ? sums[row] : Float.NaN));
      }
    }
  }
}
