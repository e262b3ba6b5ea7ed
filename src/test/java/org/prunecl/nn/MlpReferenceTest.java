package org.prunecl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.testing.Draw;

/** The reference itself, against derivatives by central differences. */
final class MlpReferenceTest {
  private static final double STEP = 1e-6;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void its_gradients_are_the_derivatives_of_its_loss(boolean bias) {
    check(Architecture.connected(6, List.of(5, 4), 3, bias));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void so_are_those_of_convolutions_pooled_and_not(boolean bias) {
    check(
        new Architecture(
            new Architecture.Image(2, 7, 9),
            List.of(new Architecture.Filters(3, 2, 3, 2), new Architecture.Filters(2, 2, 2, 1)),
            List.of(4),
            3,
            bias));
    check(
        new Architecture(
            new Architecture.Image(1, 5, 5),
            List.of(new Architecture.Filters(2, 1, 1, 3)),
            List.of(),
            3,
            bias));
  }

  private static void check(Architecture architecture) {
    Architecture.Image image = architecture.image();
    int features = image.channels() * image.height() * image.width();
    boolean bias = architecture.bias();
    MlpReference mlp;
    Batch batch;
    int attempt = 0;
    do {
      Draw draw = new Draw("finite differences " + architecture + attempt++);
      mlp =
          new MlpReference(Network.initialize(architecture, Initializer.PYTORCH, draw.index(9999)));
      batch = Batch.draw(draw, 8, features, 3);
    } while (mlp.evaluate(batch.samples(), batch.labels()).margin() < 100 * STEP);
    MlpReference.Gradients gradients = mlp.gradients(batch.samples(), batch.labels());
    for (int l = 0; l < architecture.layers().size(); l++) {
      double[][] weights = gradients.weights().get(l);
      for (int o = 0; o < weights.length; o++) {
        for (int i = bias ? -1 : 0; i < weights[o].length; i++) {
          double old =
              i < 0 ? mlp.values(l, true)[o] : mlp.values(l, false)[o * weights[o].length + i];
          double expected =
              (lossWith(mlp, batch, l, o, i, old + STEP)
                      - lossWith(mlp, batch, l, o, i, old - STEP))
                  / (2 * STEP);
          mlp.set(l, o, i, old);
          assertThat(i < 0 ? gradients.biases().get(l)[o] : weights[o][i])
              .as("layer %d, unit %d, input %d, seed %d", l, o, i, Draw.SEED)
              .isCloseTo(expected, within(1e-8));
        }
      }
      if (!bias) {
        assertThat(gradients.biases().get(l)).isNull();
      }
    }
  }

  private static double lossWith(
      MlpReference mlp, Batch batch, int layer, int output, int input, double value) {
    mlp.set(layer, output, input, value);
    return mlp.evaluate(batch.samples(), batch.labels()).loss() / batch.labels().length;
  }
}
