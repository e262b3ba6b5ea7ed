package org.prunecl.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Family;
import org.prunecl.ops.Samples;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.TestDevice;

/** Gradients by weights against backpropagation in float64. */
@DeviceTest
final class GradientsTest {
  /** A hidden unit nearer to ReLU's kink than this may lie on its other side in float32. */
  private static final double MARGIN = 2e-6;

  @BothFamilies
  void gradients_by_weights_are_those_of_a_float64_network(Family family) {
    Backend backend = TestDevice.backend(family);
    int[] counts = TestDevice.simulated() ? new int[] {5} : new int[] {1, 5, 33};
    for (int count : counts) {
      for (boolean bias : new boolean[] {false, true}) {
        check(backend, count, Architecture.connected(9, List.of(7, 5), 3, bias));
        check(
            backend,
            count,
            new Architecture(
                new Architecture.Image(1, 6, 5),
                List.of(new Architecture.Filters(3, 3, 2, 2)),
                List.of(4),
                3,
                bias));
      }
    }
  }

  private static void check(Backend backend, int count, Architecture architecture) {
    for (int attempt = 0; ; attempt++) {
      Draw draw = new Draw("gradients " + count + architecture + attempt);
      List<LayerParameters> layers =
          Network.initialize(architecture, Initializer.PYTORCH, draw.index(1 << 30));
      Batch data = Batch.draw(draw, count + 2, layers.get(0).inputFeatures(), 3);
      int[] order = draw.permutation(count + 2);
      Batch first = data.at(IntStream.range(0, count).map(i -> order[i]).toArray());
      MlpReference reference = new MlpReference(layers);
      if (reference.evaluate(first.samples(), first.labels()).margin() < MARGIN) {
        continue;
      }
      MlpReference.Gradients expected = reference.gradients(first.samples(), first.labels());
      try (Network network = Network.of(backend, layers);
          Samples samples = data.upload(backend)) {
        samples.order(order);
        try (Gradients gradients = new Gradients(network, samples, count)) {
          for (int l = 0; l < layers.size(); l++) {
            compare(gradients.weights(l).read(), expected.weights().get(l));
            assertThat(network.layers().get(l).weights().read())
                .as("weights stay as they are")
                .isEqualTo(layers.get(l).weights());
          }
        }
      }
      return;
    }
  }

  private static void compare(float[] actual, double[][] expected) {
    int columns = expected[0].length;
    for (int o = 0; o < expected.length; o++) {
      for (int i = 0; i < columns; i++) {
        float value = actual[o * columns + i];
        if (!(Math.abs(value - expected[o][i]) <= 2e-6)) {
          throw new AssertionError(
              "seed " + Draw.SEED + ": " + value + " where " + expected[o][i] + " was expected");
        }
      }
    }
  }
}
