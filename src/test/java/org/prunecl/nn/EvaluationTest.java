package org.prunecl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Family;
import org.prunecl.ops.Samples;
import org.prunecl.testing.Draw;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

/** Inference and evaluation, dense and sparse, against float64. */
@OpenClTest
final class EvaluationTest {
  private static final int FEATURES = 49;
  private static final int CLASSES = 10;

  /** A network with about that share of zeros, the output layer's weights all there. */
  private static List<LayerParameters> parameters(Draw draw, double zeros) {
    List<LayerParameters> layers =
        Network.initialize(
            FEATURES, List.of(40, 17), CLASSES, true, Initializer.PYTORCH, draw.index(1 << 30));
    layers.subList(0, 2).forEach(layer -> draw.sparsen(layer.weights(), zeros));
    return layers;
  }

  private static Backend backend(Family family) {
    return TestDevice.backend(family);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.7, 1})
  void dense_and_csr_give_the_logits_of_a_float64_network_at_any_batch_size(double zeros) {
    Draw draw = new Draw("logits " + zeros);
    List<LayerParameters> layers = parameters(draw, zeros);
    MlpReference reference = new MlpReference(layers);
    for (Family family : Family.values()) {
      try (Network network = Network.of(backend(family), layers);
          ExecutionPlan dense = ExecutionPlan.dense(network);
          ExecutionPlan csr = ExecutionPlan.csr(network)) {
        for (int batch : new int[] {1, 2, 7, 128}) {
          Batch data = Batch.draw(draw, batch, FEATURES, CLASSES);
          for (ExecutionPlan plan : List.of(dense, csr)) {
            try (Inference inference = new Inference(plan, batch)) {
              for (int call = 0; call < 2; call++) {
                float[] logits = inference.run(data.inputs());
                String what = family + ", batch " + batch + ", " + plan.lines().get(0).form();
                checkLogits(what, logits, reference, data);
              }
            }
          }
        }
      }
    }
  }

  private static void checkLogits(String what, float[] logits, MlpReference reference, Batch data) {
    assertThat(logits).as(what).hasSize(data.labels().length * CLASSES);
    double[][] samples = data.samples();
    for (int s = 0; s < samples.length; s++) {
      double[] expected = reference.logits(samples[s]);
      for (int c = 0; c < CLASSES; c++) {
        assertThat((double) logits[s * CLASSES + c])
            .as("%s, sample %d, class %d", what, s, c)
            .isCloseTo(expected[c], within(2e-6));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 999, 1000, 1001, 2037})
  void an_evaluation_counts_every_sample_once(int count) {
    Draw draw = new Draw("evaluation " + count);
    List<LayerParameters> layers = parameters(draw, 0.5);
    MlpReference reference = new MlpReference(layers);
    Batch data;
    MlpReference.Outcome expected;
    do {
      data = Batch.draw(draw, count, FEATURES, CLASSES);
      expected = reference.evaluate(data.samples(), data.labels());
    } while (nearTie(reference, data));
    for (Family family : Family.values()) {
      try (Network network = Network.of(backend(family), layers);
          ExecutionPlan dense = ExecutionPlan.dense(network);
          ExecutionPlan csr = ExecutionPlan.csr(network);
          Samples samples = data.upload(backend(family))) {
        for (ExecutionPlan plan : List.of(dense, csr)) {
          Evaluator.Score score = Evaluator.evaluate(plan, samples);
          assertThat(score.count()).isEqualTo(count);
          assertThat(score.correct()).isEqualTo(expected.correct());
          assertThat(score.loss()).isCloseTo(expected.loss() / count, within(1e-6));
          assertThat(score.accuracy()).isEqualTo((double) expected.correct() / count);
        }
      }
    }
  }

  /** Whether a sample's two largest logits are so close that rounding may choose. */
  private static boolean nearTie(MlpReference reference, Batch data) {
    for (double[] sample : data.samples()) {
      double[] sorted = reference.logits(sample);
      Arrays.sort(sorted);
      if (sorted[CLASSES - 1] - sorted[CLASSES - 2] < 2e-6) {
        return true;
      }
    }
    return false;
  }

  @Test
  void a_nan_in_any_layer_makes_the_loss_nan_in_every_form() {
    Draw draw = new Draw("nan in evaluation");
    Batch data = Batch.draw(draw, 5, FEATURES, CLASSES);
    for (Family family : Family.values()) {
      for (int layer = 0; layer < 3; layer++) {
        List<LayerParameters> layers = parameters(draw, 0.5);
        layers.get(layer).weights()[0] = Float.NaN;
        try (Network network = Network.of(backend(family), layers);
            ExecutionPlan dense = ExecutionPlan.dense(network);
            ExecutionPlan csr = ExecutionPlan.csr(network);
            Samples samples = data.upload(backend(family))) {
          assertThat(Evaluator.evaluate(dense, samples).loss()).as("dense, %d", layer).isNaN();
          assertThat(Evaluator.evaluate(csr, samples).loss()).as("csr, %d", layer).isNaN();
        }
      }
    }
  }

  @Test
  void a_plan_says_its_forms_and_multiply_adds() {
    List<LayerParameters> layers = new ArrayList<>();
    layers.add(new LayerParameters("a", 2, 3, new float[] {0, 1, 0, 0, 0, -2}, null));
    layers.add(new LayerParameters("b", 4, 2, new float[8], new float[] {1, 1, 1, 1}));
    layers.add(new LayerParameters("c", 2, 4, new float[8], null));
    try (Network network = Network.of(backend(Family.CPU), layers);
        ExecutionPlan dense = ExecutionPlan.dense(network);
        ExecutionPlan csr = ExecutionPlan.csr(network)) {
      assertThat(dense.multiplyAdds()).isEqualTo(6 + 8 + 8);
      assertThat(csr.multiplyAdds()).isEqualTo(2 + 0 + 8);
      assertThat(csr.lines())
          .containsExactly(
              new ExecutionPlan.Line("a", 2, 3, Form.CSR, 2),
              new ExecutionPlan.Line("b", 4, 2, Form.CSR, 0),
              new ExecutionPlan.Line("c", 2, 4, Form.DENSE, 8));
    }
  }
}
