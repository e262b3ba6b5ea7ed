package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.prunecl.opencl.LiveObjects;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.TestDevice;

/** The forms in which a chain keeps its layers, and what they take. */
@DeviceTest
final class ChainFormsTest {
  @Test
  void what_is_no_number_is_not_zero_and_columns_that_meet_a_zero_are_not_read() {
    Backend backend = TestDevice.backend(Family.CPU);
    float[] w = new float[2 * 16];
    w[0] = Float.NaN;
    w[1] = 3;
    float[] x = new float[16];
    x[1] = 5;
    float[] broken = x.clone();
    broken[9] = Float.NaN;
    try (Matrix weights = backend.matrix(2, 16, w);
        Matrix y = backend.matrix(2, 1)) {
      List<Chain.Link> links = List.of(new Chain.Link(weights, null, true, 0));
      // Two elements of 32 are stored apart; dense, a NaN meets every row.
      try (Chain sparse = Chain.of(backend, links, 1);
          Chain dense = Chain.dense(backend, links, 1)) {
        assertThat(sparse.form(0)).isEqualTo(SparseForm.COLUMNS);
        for (Chain chain : List.of(sparse, dense)) {
          assertThat(run(backend, chain, x, y)).containsExactly(15f, 0f);
        }
        assertThat(run(backend, dense, broken, y)).containsExactly(Float.NaN, Float.NaN);
      }
    }
  }

  @Test
  void in_windows_what_is_no_number_meets_the_elements_of_its_column_alone() {
    Backend backend = TestDevice.backend(Family.CPU);
    float[] w = new float[16 * 16];
    float[] x = new float[16];
    float[] expected = new float[16];
    for (int row = 0; row < 16; row++) {
      w[row * 16 + row] = row + 1;
      x[row] = row;
      expected[row] = row * (row + 1);
    }
    x[9] = expected[9] = Float.NaN;
    w[3 * 16 + 3] = expected[3] = Float.NaN;
    try (Matrix weights = backend.matrix(16, 16, w);
        Matrix y = backend.matrix(16, 1);
        Chain chain = Chain.of(backend, List.of(new Chain.Link(weights, null, true, 0)), 1)) {
      assertThat(chain.form(0)).isEqualTo(SparseForm.WINDOWED);
      assertThat(run(backend, chain, x, y)).containsExactly(expected);
    }
  }

  @Test
  void a_single_sample_takes_each_layer_in_the_form_that_reads_least() {
    Backend backend = TestDevice.backend(Family.CPU);
    Draw draw = new Draw("forms in a chain");
    float[] some = draw.sparsen(draw.values(64 * 64), 0.95);
    float[] most = draw.values(64 * 64);
    try (Matrix few = backend.matrix(64, 64, some);
        Matrix many = backend.matrix(64, 64, most)) {
      List<Chain.Link> links =
          List.of(
              new Chain.Link(few, null, true, 0),
              new Chain.Link(few, null, true, 0.9),
              new Chain.Link(many, null, true, 0.9));
      try (Chain chain = Chain.of(backend, links, 1)) {
        assertThat(chain.form(0)).isEqualTo(SparseForm.WINDOWED);
        assertThat(chain.form(1)).isEqualTo(SparseForm.COLUMNS);
        assertThat(chain.form(2)).isNull();
      }
    }
  }

  @Test
  void a_chain_takes_no_more_than_its_bound_wherever_its_elements_are() {
    Backend backend = TestDevice.backend(Family.CPU);
    Draw draw = new Draw("bytes of chains");
    for (int rows : new int[] {1, 4, 16, 17, 50}) {
      for (int columns : new int[] {1, 4, 33, 200}) {
        for (int kind = 0; kind < 5; kind++) {
          float[] w = new float[rows * columns];
          for (int i = 0; i < w.length; i++) {
            int row = i / columns;
            int column = i % columns;
            boolean there =
                switch (kind) {
                  case 0 -> true;
                  case 1 -> row == 0;
                  // Each row's elements where no other row has any.
                  case 2 -> column * rows / columns == row;
                  case 3 -> column % 4 > 0 && row == column % rows;
                  default -> draw.index(10) == 0;
                };
            w[i] = there ? 1 : 0;
          }
          try (Matrix weights = backend.matrix(rows, columns, w)) {
            for (int batch : new int[] {1, 3, 7, 40}) {
              List<Chain.Link> links =
                  List.of(new Chain.Link(weights, null, false, draw.pick(0f, 0.5f, 0.9f)));
              long before = LiveObjects.bufferBytes();
              try (Chain chain = Chain.of(backend, links, batch)) {
                assertThat(LiveObjects.bufferBytes() - before)
                    .as("%d × %d, kind %d, batch %d: %s", rows, columns, kind, batch, chain.form(0))
                    .isLessThanOrEqualTo(
                        Chain.weightBytes(rows, columns, batch)
                            + Chain.scratchBytes(backend, rows, columns, batch));
              }
            }
          }
        }
      }
    }
  }

  @Test
  void a_single_sample_of_more_columns_than_a_window_can_count_meets_them_all() {
    Backend backend = TestDevice.backend(Family.CPU);
    for (int columns : new int[] {65_535, 65_536, 65_537}) {
      float[] w = new float[16 * columns];
      float[] x = new float[columns];
      float[] expected = new float[16];
      for (int row = 0; row < 16; row++) {
        int last = columns - 1 - 2 * row;
        w[row * columns + row] = 2;
        w[row * columns + last] = row + 1;
        x[row] = 3;
        x[last] = 5;
        expected[row] = 6 + 5 * (row + 1);
      }
      try (Matrix weights = backend.matrix(16, columns, w);
          Matrix y = backend.matrix(16, 1);
          Chain chain = Chain.of(backend, List.of(new Chain.Link(weights, null, false, 0)), 1)) {
        assertThat(chain.form(0) == SparseForm.WINDOWED).isEqualTo(columns <= 65_536);
        if (backend.longLoops()) {
          assertThat(run(backend, chain, x, y)).containsExactly(expected);
        }
      }
    }
  }

  private static float[] run(Backend backend, Chain chain, float[] x, Matrix y) {
    try (Matrix input = backend.matrix(x.length, 1, x)) {
      chain.run(input, y);
      return y.read();
    }
  }
}
