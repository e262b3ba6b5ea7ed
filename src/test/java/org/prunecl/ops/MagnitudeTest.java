package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.prunecl.opencl.Scope;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.Shape;
import org.prunecl.testing.TestDevice;

@DeviceTest
final class MagnitudeTest {
  private static final float[] SPECIAL = {
    0f,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_NORMAL,
    Float.MAX_VALUE,
    Float.NEGATIVE_INFINITY,
    Float.POSITIVE_INFINITY,
    Float.NaN
  };

  @BothFamilies
  void what_two_masks_keep_their_intersection_keeps(Family family) {
    Backend backend = TestDevice.backend(family);
    for (Shape shape : Shape.draw("intersection", 2)) {
      Draw draw = new Draw("masks of " + shape);
      byte[] one = draw.mask(shape.size());
      byte[] two = draw.mask(shape.size());
      byte[] both = new byte[shape.size()];
      for (int i = 0; i < both.length; i++) {
        both[i] = (byte) (one[i] * two[i]);
      }
      try (Matrix like = backend.matrix(shape.rows(), shape.columns());
          Mask first = Mask.of(backend, like, one);
          Mask second = Mask.of(backend, like, two)) {
        new Magnitude(backend).intersect(first, second);
        assertThat(first.read()).as("%s", shape).isEqualTo(both);
        assertThat(second.read()).isEqualTo(two);
      }
    }
    try (Matrix wide = backend.matrix(2, 3);
        Matrix tall = backend.matrix(3, 2);
        Mask first = Mask.of(backend, wide, new byte[6]);
        Mask second = Mask.of(backend, tall, new byte[6])) {
      assertThatThrownBy(() -> new Magnitude(backend).intersect(first, second))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> Mask.of(backend, wide, new byte[5]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @BothFamilies
  void exactly_the_smallest_are_masked_and_equal_ones_in_the_order_of_their_index(Family family) {
    Backend backend = TestDevice.backend(family);
    Magnitude magnitude = new Magnitude(backend);
    for (Shape shape : Shape.draw("smallest", 3)) {
      for (float[] w : weights(shape)) {
        Integer[] order = order(w);
        int size = shape.size();
        try (Guarded device = Guarded.of(backend, shape.rows(), shape.columns(), w)) {
          int any = new Draw("count" + shape).index(size + 1);
          int[] counts =
              TestDevice.simulated()
                  ? new int[] {any, size}
                  : new int[] {0, 1, size / 2, any, size - 1, size};
          for (int count : counts) {
            byte[] expected = new byte[size];
            Arrays.fill(expected, (byte) 1);
            for (int i = 0; i < count; i++) {
              expected[order[i]] = 0;
            }
            try (Mask mask = magnitude.smallest(device.matrix(), count)) {
              assertThat(mask.read()).as(shape + ", " + count + " smallest").isEqualTo(expected);
            }
          }
          int rank = new Draw("rank" + shape).index(size);
          assertThat(magnitude.atRank(device.matrix(), rank))
              .as(shape + ", rank " + rank)
              .isEqualTo(Float.valueOf(Math.abs(w[order[rank]])));
          device.checkUnchanged();
        }
      }
    }
  }

  @BothFamilies
  void the_smallest_of_several_matrices_are_found_together_and_ties_go_matrix_by_matrix(
      Family family) {
    Backend backend = TestDevice.backend(family);
    Magnitude magnitude = new Magnitude(backend);
    Draw draw = new Draw("several matrices");
    for (int bound : new int[] {0, 2, 1 << 20}) {
      Shape first = new Shape(draw.size(), 3);
      Shape second = new Shape(1, draw.size());
      Shape third = new Shape(draw.size(), 17);
      float[] all = draw.wholes(first.size() + second.size() + third.size(), bound);
      Integer[] order = order(all);
      try (Scope scope = new Scope()) {
        List<Matrix> matrices = new ArrayList<>();
        int from = 0;
        for (Shape shape : List.of(first, second, third)) {
          float[] own = Arrays.copyOfRange(all, from, from + shape.size());
          matrices.add(scope.own(Guarded.of(backend, shape.rows(), shape.columns(), own)).matrix());
          from += shape.size();
        }
        for (int count : new int[] {0, 1, draw.index(all.length), all.length - 1, all.length}) {
          byte[] expected = new byte[all.length];
          Arrays.fill(expected, (byte) 1);
          Arrays.stream(order).limit(count).forEach(i -> expected[i] = 0);
          List<Mask> masks = magnitude.smallest(matrices, count);
          masks.forEach(scope::own);
          ByteArrayOutputStream actual = new ByteArrayOutputStream();
          masks.forEach(mask -> actual.writeBytes(mask.read()));
          assertThat(actual.toByteArray())
              .as("seed %d, %d smallest of %s", Draw.SEED, count, matrices)
              .isEqualTo(expected);
        }
        int rank = draw.index(all.length);
        assertThat(magnitude.atRank(matrices, rank)).isEqualTo(Math.abs(all[order[rank]]));
        assertThatThrownBy(() -> magnitude.smallest(matrices, all.length + 1))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> magnitude.atRank(matrices, all.length))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }

  @BothFamilies
  void a_threshold_masks_what_lies_below_it_and_what_equals_it_if_asked(Family family) {
    Backend backend = TestDevice.backend(family);
    Magnitude magnitude = new Magnitude(backend);
    for (Shape shape : Shape.draw("threshold", 1)) {
      for (float[] w : weights(shape)) {
        try (Guarded device = Guarded.of(backend, shape.rows(), shape.columns(), w)) {
          for (float threshold : new float[] {0f, -0f, 0.5f, 2f, Float.POSITIVE_INFINITY}) {
            byte[] strict = new byte[w.length];
            byte[] inclusive = new byte[w.length];
            for (int i = 0; i < w.length; i++) {
              strict[i] = (byte) (Math.abs(w[i]) < threshold ? 0 : 1);
              inclusive[i] = (byte) (Math.abs(w[i]) <= threshold ? 0 : 1);
            }
            try (Mask below = magnitude.below(device.matrix(), threshold, false);
                Mask upTo = magnitude.below(device.matrix(), threshold, true)) {
              assertThat(below.read()).as(shape + " < " + threshold).isEqualTo(strict);
              assertThat(upTo.read()).as(shape + " <= " + threshold).isEqualTo(inclusive);
            }
          }
        }
      }
    }
  }

  @BothFamilies
  void a_mask_zeroes_what_it_prunes_and_keeps_the_rest_bit_for_bit(Family family) {
    Backend backend = TestDevice.backend(family);
    Magnitude magnitude = new Magnitude(backend);
    for (Shape shape : Shape.draw("apply", 2)) {
      for (float[] w : weights(shape)) {
        try (Guarded device = Guarded.of(backend, shape.rows(), shape.columns(), w);
            Mask mask = magnitude.smallest(device.matrix(), w.length / 2)) {
          magnitude.apply(mask, device.matrix());
          float[] expected = w.clone();
          Integer[] order = order(w);
          for (int i = 0; i < w.length / 2; i++) {
            expected[order[i]] = 0;
          }
          assertThat(Guarded.bits(device.read()))
              .as(shape.toString())
              .isEqualTo(Guarded.bits(expected));
        }
      }
    }
  }

  @BothFamilies
  void whole_rows_are_masked(Family family) {
    Backend backend = TestDevice.backend(family);
    Magnitude magnitude = new Magnitude(backend);
    for (Shape shape : Shape.draw("rows", 3)) {
      Draw draw = new Draw("rows" + shape);
      boolean[] keep = new boolean[shape.rows()];
      byte[] expected = new byte[shape.size()];
      for (int i = 0; i < keep.length; i++) {
        keep[i] = draw.chance();
        byte flag = (byte) (keep[i] ? 1 : 0);
        Arrays.fill(expected, i * shape.columns(), (i + 1) * shape.columns(), flag);
      }
      try (Matrix w = backend.matrix(shape.rows(), shape.columns());
          Mask mask = magnitude.rows(w, keep)) {
        assertThat(mask.read()).as(shape.toString()).isEqualTo(expected);
      }
    }
  }

  @BothFamilies
  void what_makes_no_sense_is_refused(Family family) {
    Backend backend = TestDevice.backend(family);
    Magnitude magnitude = new Magnitude(backend);
    try (Matrix w = backend.matrix(3, 4);
        Matrix other = backend.matrix(4, 3);
        Mask mask = magnitude.smallest(w, 2)) {
      assertThatThrownBy(() -> magnitude.smallest(w, 13))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("13 of 12");
      assertThatThrownBy(() -> magnitude.smallest(w, -1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> magnitude.atRank(w, 12))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> magnitude.below(w, -0.5f, false))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> magnitude.below(w, Float.NaN, false))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> magnitude.rows(w, new boolean[4]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("4 flags for 3 rows");
      assertThatThrownBy(() -> magnitude.apply(mask, other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3 × 4");
    }
  }

  /** Weights without equals, with many, and with every special value. */
  private static float[][] weights(Shape shape) {
    Draw draw = new Draw("magnitude" + shape);
    float[] special = draw.values(shape.size());
    for (int i = 0; i < Math.min(special.length, SPECIAL.length); i++) {
      special[draw.index(special.length)] = SPECIAL[i];
    }
    return new float[][] {draw.values(shape.size()), draw.wholes(shape.size(), 2), special};
  }

  /** Indices from the smallest |w|; the sort is stable, so equal ones keep their order. */
  private static Integer[] order(float[] w) {
    return IntStream.range(0, w.length)
        .boxed()
        .sorted(Comparator.comparing(i -> Math.abs(w[i])))
        .toArray(Integer[]::new);
  }
}
