package org.prunecl.prune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.nn.Architecture;
import org.prunecl.nn.Gradients;
import org.prunecl.nn.Initializer;
import org.prunecl.nn.LayerMasks;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Network;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Family;
import org.prunecl.ops.Samples;
import org.prunecl.testing.Draw;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

/**
 * Criteria by gradients on the filters of a conv net, scored again in float64 from the gradients,
 * which have tests of their own.
 */
@OpenClTest
final class CriteriaOnConvolutionsTest {
  private static final int FILTERS = 7;
  private static final int SAMPLES = 9;

  private static final Architecture NET =
      new Architecture(
          new Architecture.Image(1, 8, 7),
          List.of(new Architecture.Filters(5, 3, 3, 2), new Architecture.Filters(FILTERS, 2, 2, 1)),
          List.of(),
          3,
          true);

  @ParameterizedTest
  @ValueSource(strings = {"gradient-weight", "gradient-unit", "taylor-unit"})
  void the_lowest_scores_of_each_convolution_are_pruned(String method) {
    Backend backend = TestDevice.backend(Family.of(TestDevice.get().type()));
    Draw draw = new Draw(method);
    List<LayerParameters> layers =
        Network.initialize(NET, Initializer.PYTORCH, draw.index(1 << 30));
    byte[] labels = new byte[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      labels[i] = (byte) draw.index(3);
    }
    Pruning pruning = new Pruning(Method.parse(method), 0.6, Selection.COUNT, false);
    try (Network network = Network.of(backend, layers);
        Samples samples = new Samples(backend, draw.bytes(SAMPLES * 56), labels, 56, 1 / 255f, 0);
        Gradients gradients = new Gradients(network, samples, SAMPLES)) {
      List<LayerMasks> masks = pruning.masks(network, new Calibration(samples, SAMPLES), null);
      try {
        assertThat(masks.get(2)).as("the output layer").isNull();
        for (int l = 0; l < 2; l++) {
          double[] scores = scores(method, layers.get(l), gradients.weights(l).read());
          check(method, layers.get(l), scores, masks.get(l).weights().read());
        }
      } finally {
        LayerMasks.close(masks);
      }
    }
  }

  /** One per weight, or one per filter. */
  private static double[] scores(String method, LayerParameters layer, float[] gradient) {
    int width = method.endsWith("unit") ? layer.inputs() : 1;
    double[] scores = new double[gradient.length / width];
    for (int i = 0; i < gradient.length; i++) {
      double product = (double) layer.weights()[i] * gradient[i];
      scores[i / width] += method.startsWith("taylor") ? product : Math.abs(product);
    }
    return Arrays.stream(scores).map(Math::abs).toArray();
  }

  private static void check(String method, LayerParameters layer, double[] scores, byte[] mask) {
    int width = mask.length / scores.length;
    double highest = 0;
    double lowest = Double.MAX_VALUE;
    int pruned = 0;
    for (int i = 0; i < scores.length; i++) {
      byte flag = mask[i * width];
      for (int j = 0; j < width; j++) {
        assertThat(mask[i * width + j]).isEqualTo(flag);
      }
      pruned += 1 - flag;
      highest = flag == 0 ? Math.max(highest, scores[i]) : highest;
      lowest = flag == 1 ? Math.min(lowest, scores[i]) : lowest;
    }
    String what = method + " on " + layer.name() + ", seed " + Draw.SEED;
    assertThat(pruned).as(what).isEqualTo((int) (scores.length * 0.6));
    assertThat(highest).as(what).isLessThanOrEqualTo(lowest * (1 + 1e-6));
  }
}
