package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.prunecl.opencl.Scope;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.TestDevice;

@DeviceTest
final class ChainTest {
  /**
   * A network: the widths of its vectors, the share of zeros in x, the share of zeros in each
   * layer's weights, whether it has biases.
   */
  record Net(List<Integer> widths, double zeros, List<Double> sparsities, boolean biases) {}

  static List<Net> nets() {
    Draw draw = new Draw("chains");
    List<Net> nets = new ArrayList<>();
    for (int i = 0; i < (TestDevice.simulated() ? 6 : 30); i++) {
      List<Integer> widths = new ArrayList<>(List.of(draw.size()));
      List<Double> sparsities = new ArrayList<>();
      for (int layer = 0; layer <= i % 3; layer++) {
        widths.add(draw.size());
        sparsities.add((double) draw.pick(0f, 0.5f, 0.9f, 0.98f, 1f));
      }
      nets.add(new Net(widths, draw.pick(0f, 0.5f, 1f), sparsities, draw.chance()));
    }
    if (!TestDevice.simulated()) {
      nets.add(new Net(List.of(784, 1000, 10), 0.5, List.of(0.0, 0.0), true));
      nets.add(new Net(List.of(784, 1000, 10), 0.5, List.of(0.95, 0.95), false));
    }
    return nets;
  }

  /** Weights of −1, 0 and 1 and whole inputs: all sums are exact, whatever their order. */
  @ParameterizedTest
  @MethodSource("nets")
  void it_gives_what_layer_after_layer_gives_and_repeats_bit_for_bit(Net net) {
    Draw draw = new Draw(net);
    Backend backend = TestDevice.backend(Family.CPU);
    float[] x = draw.sparsen(draw.wholes(net.widths.get(0), 9), net.zeros);
    double[] expected = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      expected[i] = x[i];
    }
    List<Chain.Link> links = new ArrayList<>();
    try (Scope scope = new Scope()) {
      for (int layer = 0; layer < net.sparsities.size(); layer++) {
        int m = net.widths.get(layer + 1);
        int k = net.widths.get(layer);
        float[] w = draw.sparsen(draw.wholes(m * k, 1), net.sparsities.get(layer));
        float[] bias = net.biases ? draw.wholes(m, 9) : null;
        boolean relu = layer < net.sparsities.size() - 1;
        expected = layer(w, bias, relu, expected, m);
        links.add(
            new Chain.Link(
                scope.own(Guarded.of(backend, m, k, w)).matrix(),
                bias == null ? null : scope.own(Guarded.of(backend, m, 1, bias)).matrix(),
                relu));
      }
      Guarded input = scope.own(Guarded.of(backend, x.length, 1, x));
      Guarded result = scope.own(Guarded.result(backend, expected.length, 1));
      for (Chain chain :
          List.of(scope.own(Chain.of(backend, links)), scope.own(Chain.dense(backend, links)))) {
        result.matrix().fill(Float.NaN);
        chain.run(input.matrix(), result.matrix());
        float[] first = result.read();
        for (int i = 0; i < first.length; i++) {
          assertThat((double) first[i])
              .as("%s, seed %d, %d", net, Draw.SEED, i)
              .isEqualTo(expected[i]);
        }
        chain.run(input.matrix(), result.matrix());
        assertThat(Guarded.bits(result.read())).isEqualTo(Guarded.bits(first));
        input.checkUnchanged();
      }
    }
  }

  private static double[] layer(float[] w, float[] bias, boolean relu, double[] x, int m) {
    double[] y = new double[m];
    for (int r = 0; r < m; r++) {
      y[r] = bias == null ? 0 : bias[r];
      for (int k = 0; k < x.length; k++) {
        y[r] += w[r * x.length + k] * x[k];
      }
      assertThat(Math.abs(y[r])).as("a sum that float holds exactly").isLessThan(1 << 24);
      y[r] = relu ? Math.max(0, y[r]) : y[r];
    }
    return y;
  }

  @Test
  void zeros_are_left_out_where_few_weights_are_left_unless_all_are_wanted() {
    Backend backend = TestDevice.backend(Family.CPU);
    float[] few = new float[64];
    few[5] = 1;
    few[63] = 2;
    float[] many = new Draw("many weights").wholes(64, 4);
    many[0] = many[1] = many[2] = 1;
    for (int i = 8; i < 64; i++) {
      many[i] = 7;
    }
    try (Matrix sparse = backend.matrix(8, 8, few);
        Matrix full = backend.matrix(8, 8, many)) {
      List<Chain.Link> links =
          List.of(new Chain.Link(sparse, null, true), new Chain.Link(full, null, false));
      try (Chain chosen = Chain.of(backend, links);
          Chain dense = Chain.dense(backend, links)) {
        assertThat(chosen.sparse(0)).isTrue();
        assertThat(chosen.stored(0)).isEqualTo(2);
        assertThat(chosen.sparse(1)).isFalse();
        assertThat(chosen.stored(1)).isEqualTo(64);
        assertThat(dense.sparse(0)).isFalse();
        assertThat(dense.stored(0)).isEqualTo(64);
      }
    }
  }

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
      List<Chain.Link> links = List.of(new Chain.Link(weights, null, true));
      // Two elements of 32 are stored apart; dense, a NaN meets every row.
      try (Chain sparse = Chain.of(backend, links);
          Chain dense = Chain.dense(backend, links)) {
        for (Chain chain : List.of(sparse, dense)) {
          assertThat(run(backend, chain, x, y)).containsExactly(15f, 0f);
        }
        assertThat(run(backend, dense, broken, y)).containsExactly(Float.NaN, Float.NaN);
      }
    }
  }

  private static float[] run(Backend backend, Chain chain, float[] x, Matrix y) {
    try (Matrix input = backend.matrix(x.length, 1, x)) {
      chain.run(input, y);
      return y.read();
    }
  }

  @Test
  void shapes_that_do_not_fit_are_refused() {
    Backend backend = TestDevice.backend(Family.CPU);
    try (Matrix a = backend.matrix(3, 4);
        Matrix b = backend.matrix(2, 3);
        Matrix x = backend.matrix(4, 1);
        Matrix y = backend.matrix(2, 1);
        Matrix batch = backend.matrix(4, 2);
        Chain chain =
            Chain.of(
                backend, List.of(new Chain.Link(a, null, true), new Chain.Link(b, null, false)))) {
      assertThatThrownBy(() -> chain.run(y, x))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("layers from 4 to 2 values, 2 × 1 and 4 × 1");
      assertThatThrownBy(() -> chain.run(batch, y)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () ->
                  Chain.of(
                          backend,
                          List.of(new Chain.Link(b, null, true), new Chain.Link(a, null, false)))
                      .close())
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> Chain.of(backend, List.of(new Chain.Link(a, x, true))).close())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("bias of 4 × 1");
      assertThat(Chain.suits(backend, 65_536)).isTrue();
      assertThat(Chain.suits(backend, 65_537)).isFalse();
      assertThat(Chain.suits(TestDevice.backend(Family.GPU), 3)).isFalse();
    }
  }
}
