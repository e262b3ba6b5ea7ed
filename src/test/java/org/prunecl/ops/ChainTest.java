package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
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
   * layer's weights, whether it has biases; and how many samples it is made for.
   */
  record Net(
      List<Integer> widths, double zeros, List<Double> sparsities, boolean biases, int batch) {}

  static List<Net> nets() {
    Draw draw = new Draw("chains");
    List<Net> nets = new ArrayList<>();
    for (int i = 0; i < (TestDevice.simulated() ? 8 : TestDevice.additional() ? 20 : 60); i++) {
      List<Integer> widths = new ArrayList<>(List.of(draw.size()));
      List<Double> sparsities = new ArrayList<>();
      for (int layer = 0; layer <= i % 3; layer++) {
        widths.add(draw.size());
        sparsities.add((double) draw.pick(0f, 0.5f, 0.9f, 0.98f, 1f));
      }
      int batch = i % 2 == 0 ? 1 : 1 + draw.size();
      nets.add(new Net(widths, draw.pick(0f, 0.5f, 1f), sparsities, draw.chance(), batch));
    }
    if (!TestDevice.simulated() && TestDevice.backend(Family.CPU).longLoops()) {
      for (int batch : new int[] {1, 32, 128, 1000}) {
        nets.add(new Net(List.of(784, 1000, 10), 0.5, List.of(0.0, 0.0), true, batch));
        nets.add(new Net(List.of(784, 1000, 10), 0.5, List.of(0.95, 0.7), false, batch));
      }
    }
    if (!TestDevice.backend(Family.CPU).longLoops()) {
      nets.removeIf(net -> !isShort(net));
    }
    return nets;
  }

  /**
   * Whether a work-item runs through less than the 65,535 iterations that a device may allow it,
   * all slices on one thread, no loop unrolled.
   */
  private static boolean isShort(Net net) {
    int multiplyAdds = 0;
    for (int layer = 0; layer < net.sparsities.size(); layer++) {
      multiplyAdds += net.widths.get(layer) * (net.widths.get(layer + 1) + 5);
    }
    return net.batch == 1 || 3 * multiplyAdds * (net.batch / 8 + 1) < 40_000;
  }

  /** Weights of −1, 0 and 1 and whole inputs: all sums are exact, whatever their order. */
  @ParameterizedTest
  @MethodSource("nets")
  void it_gives_what_layer_after_layer_gives_and_repeats_bit_for_bit(Net net) {
    check(TestDevice.backend(Family.CPU), net);
  }

  @Test
  void vectors_of_either_width_give_the_same() {
    List<CpuTile> tiles = new ArrayList<>(List.of(CpuTile.SIXTEEN_REGISTERS));
    if (TestDevice.wideVectors()) {
      tiles.add(CpuTile.THIRTY_TWO_REGISTERS);
    }
    List<Integer> widths = List.of(19, 7, 33, 3);
    for (CpuTile tile : tiles) {
      try (Backend backend = Backend.open(TestDevice.get(), Family.CPU, Tuning.fixed(tile))) {
        assertThat(backend.vectorLanes()).isEqualTo(tile.lanes());
        for (int batch :
            TestDevice.simulated() ? new int[] {1, 2, 19} : new int[] {1, 2, 33, 100}) {
          check(backend, new Net(widths, 0.5, List.of(0.0, 0.9, 0.5), true, batch));
        }
        // Slices of a quarter of a vector to four, of layers deeper than a block of a turned tile,
        // and such as end in tiles of one to three vectors.
        if (!TestDevice.simulated() && backend.longLoops()) {
          for (int batch : new int[] {2, 4, 7, 8, 9, 16, 21, 32, 44, 64, 96, 128}) {
            check(backend, new Net(List.of(150, 100, 3), 0.5, List.of(0.0, 0.0), true, batch));
            check(
                backend,
                new Net(List.of(17, 49, 81, 20), 0.5, List.of(0.0, 0.0, 0.95), true, batch));
          }
        }
      }
    }
  }

  private static void check(Backend backend, Net net) {
    Draw draw = new Draw(net);
    int features = net.widths.get(0);
    float[] x = draw.sparsen(draw.wholes(net.batch * features, 9), net.zeros);
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
        expected = layer(w, bias, relu, expected, m, k);
        links.add(
            new Chain.Link(
                scope.own(Guarded.of(backend, m, k, w)).matrix(),
                bias == null ? null : scope.own(Guarded.of(backend, m, 1, bias)).matrix(),
                relu,
                draw.pick(0f, 0.5f, 0.9f)));
      }
      Guarded bySample = scope.own(Guarded.of(backend, net.batch, features, x));
      Guarded byFeature =
          scope.own(Guarded.of(backend, features, net.batch, turned(x, net.batch, features)));
      for (Chain chain :
          List.of(
              scope.own(Chain.of(backend, links, net.batch)),
              scope.own(Chain.dense(backend, links, net.batch)))) {
        checkRun(backend, net, chain, bySample, true, expected);
        checkRun(backend, net, chain, byFeature, false, expected);
      }
    }
  }

  /**
   * @param expected sample by sample
   */
  private static void checkRun(
      Backend backend, Net net, Chain chain, Guarded x, boolean bySample, double[] expected) {
    int classes = expected.length / net.batch;
    try (Guarded y = Guarded.result(backend, classes, net.batch)) {
      assertThat(chain.takes(net.batch)).isTrue();
      chain.run(x.matrix(), bySample, y.matrix());
      float[] first = y.read();
      for (int i = 0; i < first.length; i++) {
        assertThat((double) first[i])
            .as("%s, by sample %s, seed %d, %d", net, bySample, Draw.SEED, i)
            .isEqualTo(expected[i % net.batch * classes + i / net.batch]);
      }
      y.matrix().fill(Float.NaN);
      chain.run(x.matrix(), bySample, y.matrix());
      assertThat(Guarded.bits(y.read())).isEqualTo(Guarded.bits(first));
      x.checkUnchanged();
    }
  }

  private static float[] turned(float[] x, int rows, int columns) {
    float[] turned = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      turned[i % columns * rows + i / columns] = x[i];
    }
    return turned;
  }

  /** Sample by sample. */
  private static double[] layer(
      float[] w, float[] bias, boolean relu, double[] x, int m, int inputs) {
    int batch = x.length / inputs;
    double[] y = new double[batch * m];
    for (int i = 0; i < y.length; i++) {
      int r = i % m;
      y[i] = bias == null ? 0 : bias[r];
      for (int k = 0; k < inputs; k++) {
        y[i] += w[r * inputs + k] * x[i / m * inputs + k];
      }
      assertThat(Math.abs(y[i])).as("a sum that float holds exactly").isLessThan(1 << 24);
      y[i] = relu ? Math.max(0, y[i]) : y[i];
    }
    return y;
  }

  @Test
  void a_chain_for_a_batch_runs_smaller_ones_too() {
    Backend backend = TestDevice.backend(Family.CPU);
    Draw draw = new Draw("smaller batches");
    float[] w = draw.wholes(3 * 5, 4);
    int most = TestDevice.simulated() ? 40 : 200;
    try (Matrix weights = backend.matrix(3, 5, w);
        Chain chain = Chain.of(backend, List.of(new Chain.Link(weights, null, false, 0)), most)) {
      for (int batch : new int[] {most, 2, 17, most - 1, 16, 33}) {
        float[] x = draw.wholes(5 * batch, 9);
        double[] in = new double[x.length];
        for (int i = 0; i < x.length; i++) {
          in[i] = x[i];
        }
        Net net = new Net(List.of(5, 3), 0, List.of(0.0), false, batch);
        try (Guarded samples = Guarded.of(backend, batch, 5, x)) {
          checkRun(backend, net, chain, samples, true, layer(w, null, false, in, 3, 5));
        }
        try (Guarded features = Guarded.of(backend, 5, batch, turned(x, batch, 5))) {
          checkRun(backend, net, chain, features, false, layer(w, null, false, in, 3, 5));
        }
      }
      assertThat(chain.takes(1)).isFalse();
      assertThat(chain.takes(most + 1)).isFalse();
    }
  }

  @Test
  void a_nan_reaches_its_own_sample_and_no_other() {
    Backend backend = TestDevice.backend(Family.CPU);
    int batch = 33;
    float[] x = new float[2 * batch];
    Arrays.fill(x, 1f);
    x[2 * batch - 1] = Float.NaN;
    // Of an eighth and of all weights: the first layer is sparse, if zeros may be left out.
    float[] some = {0f, 5f, 0f, 0f, 0f, 0f, 0f, 0f};
    float[] all = {1f, 2f, 3f, 4f};
    try (Matrix first = backend.matrix(4, 2, some);
        Matrix second = backend.matrix(1, 4, all);
        Matrix samples = backend.matrix(batch, 2, x);
        Matrix y = backend.matrix(1, batch)) {
      List<Chain.Link> links =
          List.of(new Chain.Link(first, null, true, 0), new Chain.Link(second, null, true, 0));
      try (Chain sparse = Chain.of(backend, links, batch);
          Chain dense = Chain.dense(backend, links, batch)) {
        assertThat(sparse.sparse(0)).isTrue();
        for (Chain chain : List.of(sparse, dense)) {
          chain.run(samples, true, y);
          float[] logits = y.read();
          assertThat(logits[batch - 1]).isNaN();
          assertThat(Arrays.copyOf(logits, batch - 1)).containsOnly(5f);
        }
      }
    }
  }

  @Test
  void a_batch_fills_the_device_when_its_slices_are_alike() {
    Backend backend = TestDevice.backend(Family.CPU);
    int units = backend.device().computeUnits();
    assertThat(Chain.fills(backend, 1)).isFalse();
    int half = backend.vectorLanes() / 2;
    assertThat(Chain.fills(backend, 2)).as("a single slice").isEqualTo(units <= 2);
    assertThat(Chain.fills(backend, 64 * units)).isTrue();
    // One of two units has half as much to do as the other; of more, some have nothing.
    assertThat(Chain.fills(backend, half * (units + 1))).isEqualTo(units <= 2);
    if (units > 1) {
      assertThat(Chain.fills(backend, 64 * units + 8)).isFalse();
    }
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
          List.of(new Chain.Link(sparse, null, true, 0), new Chain.Link(full, null, false, 0));
      for (int batch : new int[] {1, 100}) {
        try (Chain chosen = Chain.of(backend, links, batch);
            Chain dense = Chain.dense(backend, links, batch)) {
          assertThat(chosen.sparse(0)).isTrue();
          assertThat(chosen.stored(0)).isEqualTo(2);
          assertThat(chosen.sparse(1)).isFalse();
          assertThat(chosen.stored(1)).isEqualTo(64);
          assertThat(dense.sparse(0)).isFalse();
          assertThat(dense.stored(0)).isEqualTo(64);
        }
      }
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
                backend,
                List.of(new Chain.Link(a, null, true, 0), new Chain.Link(b, null, false, 0)),
                1);
        Chain several = Chain.dense(backend, List.of(new Chain.Link(a, null, true, 0)), 2)) {
      assertThatThrownBy(() -> chain.run(y, x))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("layers from 4 to 2 values, 2 × 1 and 4 × 1");
      assertThatThrownBy(() -> chain.run(batch, y)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> several.run(x, y))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2 to 2 samples, 4 × 1 and 2 × 1");
      assertThatThrownBy(() -> several.run(batch, batch))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () ->
                  Chain.of(
                          backend,
                          List.of(
                              new Chain.Link(b, null, true, 0), new Chain.Link(a, null, false, 0)),
                          1)
                      .close())
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> Chain.of(backend, List.of(new Chain.Link(a, x, true, 0)), 1).close())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("bias of 4 × 1");
      assertThat(Chain.suits(backend, 65_536)).isTrue();
      assertThat(Chain.suits(backend, 65_537)).isFalse();
      assertThat(Chain.suits(TestDevice.backend(Family.GPU), 3)).isFalse();
    }
  }
}
