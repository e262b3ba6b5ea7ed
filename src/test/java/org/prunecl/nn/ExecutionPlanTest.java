package org.prunecl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Family;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Transpose;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.Draw;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

/** Dense plans for single samples, which on CPUs go through columns, all layers in one launch. */
@OpenClTest
final class ExecutionPlanTest {
  private static final int FEATURES = 41;
  private static final int CLASSES = 10;

  private static List<LayerParameters> parameters(Draw draw, boolean bias) {
    return Network.initialize(
        FEATURES, List.of(70, 33, 17), CLASSES, bias, Initializer.PYTORCH, draw.index(1 << 30));
  }

  private static List<Form> forms(ExecutionPlan plan) {
    return plan.lines().stream().map(ExecutionPlan.Line::form).toList();
  }

  private static float[] run(ExecutionPlan plan, float... sample) {
    try (Inference inference = new Inference(plan, 1)) {
      return inference.run(sample);
    }
  }

  @Test
  void a_single_sample_goes_through_columns_on_cpus_alone() {
    List<LayerParameters> layers = parameters(new Draw("forms of a dense plan"), false);
    for (Family family : Family.values()) {
      try (Network network = Network.of(TestDevice.backend(family), layers);
          ExecutionPlan one = ExecutionPlan.dense(network, 1);
          ExecutionPlan two = ExecutionPlan.dense(network, 2)) {
        Form form = family == Family.CPU ? Form.DENSE_COLUMNS : Form.DENSE;
        assertThat(forms(one)).containsOnly(form).hasSize(4);
        assertThat(forms(two)).containsOnly(Form.DENSE).hasSize(4);
        assertThat(one.multiplyAdds()).isEqualTo(two.multiplyAdds());
      }
    }
  }

  @Test
  void large_layers_have_launches_of_their_own_and_columns_behind_a_relu() {
    List<LayerParameters> layers =
        List.of(
            new LayerParameters("a", 2000, 2001, new float[2000 * 2001], null),
            new LayerParameters("b", 1, 2000, new float[2000], null),
            new LayerParameters("c", 4, 1, new float[4], null));
    try (Network network = Network.of(TestDevice.backend(Family.CPU), layers);
        ExecutionPlan plan = ExecutionPlan.dense(network, 1)) {
      // A layer of one unit has no columns to go through.
      assertThat(forms(plan)).containsExactly(Form.DENSE, Form.DENSE, Form.DENSE_COLUMNS);
      assertThat(run(plan, new float[2001])).containsOnly(0f);
    }
  }

  @Test
  void a_chain_leaves_out_zeros_where_few_weights_are_left_and_gives_the_same_logits() {
    Draw draw = new Draw("pruned chain");
    List<LayerParameters> layers =
        parameters(draw, true).stream()
            .map(layer -> layer.withWeights(draw.sparsen(layer.weights().clone(), 0.95)))
            .toList();
    float[] sample = draw.values(FEATURES);
    double[] features = new double[FEATURES];
    for (int i = 0; i < FEATURES; i++) {
      features[i] = sample[i];
    }
    double[] expected = new MlpReference(layers).logits(features);
    try (Network network = Network.of(TestDevice.backend(Family.CPU), layers);
        ExecutionPlan plan = ExecutionPlan.chained(network, 1)) {
      assertThat(forms(plan)).contains(Form.WINDOWED);
      assertThat(plan.multiplyAdds())
          .isLessThan(layers.stream().mapToLong(layer -> layer.weights().length).sum());
      float[] logits = run(plan, sample);
      for (int c = 0; c < CLASSES; c++) {
        assertThat((double) logits[c])
            .as("seed %d, class %d", Draw.SEED, c)
            .isCloseTo(expected[c], within(2e-6));
      }
      try (Matrix one = network.backend().matrix(1, FEATURES, sample);
          Activations activations = plan.activations(1)) {
        assertThat(plan.forwardSamples(one, activations).read()[0])
            .isCloseTo((float) expected[0], within(2e-6f));
      }
      // Several samples run layer by layer, dense.
      try (Inference two = new Inference(plan, 2)) {
        float[] twice = new float[2 * FEATURES];
        System.arraycopy(sample, 0, twice, FEATURES, FEATURES);
        float[] both = two.run(twice);
        for (int c = 0; c < CLASSES; c++) {
          assertThat((double) both[CLASSES + c]).isCloseTo(expected[c], within(2e-6));
        }
      }
    }
  }

  @Test
  void a_chain_for_a_batch_gives_the_logits_of_a_float64_network() {
    Draw draw = new Draw("chained batch");
    int batch = TestDevice.simulated() ? 18 : 130;
    List<LayerParameters> layers =
        parameters(draw, true).stream()
            .map(layer -> layer.withWeights(draw.sparsen(layer.weights().clone(), 0.8)))
            .toList();
    float[] samples = draw.values(batch * FEATURES);
    try (Network network = Network.of(TestDevice.backend(Family.CPU), layers);
        ExecutionPlan chained = ExecutionPlan.chained(network, batch);
        ExecutionPlan dense = ExecutionPlan.chainedDense(network, batch)) {
      assertThat(forms(chained)).contains(Form.BLOCKED);
      assertThat(chained.multiplyAdds()).isLessThan(dense.multiplyAdds());
      assertThat(forms(dense)).containsOnly(Form.DENSE);
      for (ExecutionPlan plan : List.of(chained, dense)) {
        // One more than it is made for runs layer by layer.
        for (int count : new int[] {batch, 2, 1, batch + 1}) {
          float[] some = new float[count * FEATURES];
          for (int i = 0; i < some.length; i++) {
            some[i] = samples[i % samples.length];
          }
          try (Inference inference = new Inference(plan, count)) {
            checkLogits(layers, some, inference.run(some));
          }
        }
        try (Matrix x = network.backend().matrix(batch, FEATURES, samples);
            Matrix turned = network.backend().matrix(FEATURES, batch);
            Activations activations = plan.activations(batch)) {
          new Transpose(network.backend()).run(x, turned);
          float[] byClass = plan.forward(turned, activations).read();
          float[] logits = new float[byClass.length];
          for (int i = 0; i < byClass.length; i++) {
            logits[i % batch * CLASSES + i / batch] = byClass[i];
          }
          checkLogits(layers, samples, logits);
        }
      }
    }
  }

  /** Both sample by sample. */
  private static void checkLogits(List<LayerParameters> layers, float[] samples, float[] logits) {
    MlpReference reference = new MlpReference(layers);
    double[] features = new double[FEATURES];
    for (int i = 0; i < logits.length; i++) {
      for (int k = 0; k < FEATURES; k++) {
        features[k] = samples[i / CLASSES * FEATURES + k];
      }
      assertThat((double) logits[i])
          .as("seed %d, %d", Draw.SEED, i)
          .isCloseTo(reference.logits(features)[i % CLASSES], within(2e-6));
    }
  }

  @Test
  void a_device_without_chains_is_not_given_one() {
    List<LayerParameters> layers = parameters(new Draw("no chain"), false);
    try (Network network = Network.of(TestDevice.backend(Family.GPU), layers)) {
      assertThat(ExecutionPlan.chains(network, 1)).isFalse();
      assertThatThrownBy(() -> ExecutionPlan.chained(network, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
    try (Network network = Network.of(TestDevice.backend(Family.CPU), layers)) {
      assertThat(ExecutionPlan.chains(network, 1)).isTrue();
      assertThat(ExecutionPlan.chains(network, 2)).isTrue();
    }
    // By columns a single unit takes sixteen floats for each of its weights.
    int inputs = 5_000_000;
    List<LayerParameters> large =
        List.of(new LayerParameters("a", 1, inputs, new float[inputs], null));
    try (Network network = Network.of(TestDevice.backend(Family.CPU), large)) {
      assertThat(ExecutionPlan.chains(network, 1)).isFalse();
      assertThatThrownBy(() -> ExecutionPlan.chained(network, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @BothFamilies
  void it_gives_the_logits_of_a_float64_network(Family family) {
    Draw draw = new Draw("dense at batch 1");
    for (int repetition = 0; repetition < 5; repetition++) {
      List<LayerParameters> layers = parameters(draw, draw.chance());
      float[] sample = draw.values(FEATURES);
      if (repetition == 0) {
        sample = new float[FEATURES];
      }
      double[] features = new double[FEATURES];
      for (int i = 0; i < FEATURES; i++) {
        features[i] = sample[i];
      }
      double[] expected = new MlpReference(layers).logits(features);
      try (Network network = Network.of(TestDevice.backend(family), layers);
          ExecutionPlan plan = ExecutionPlan.dense(network, 1)) {
        float[] logits = run(plan, sample);
        for (int c = 0; c < CLASSES; c++) {
          assertThat((double) logits[c])
              .as("seed %d, repetition %d, class %d", Draw.SEED, repetition, c)
              .isCloseTo(expected[c], within(2e-6));
        }
      }
    }
  }

  @Test
  void nothing_but_zeros_gives_zeros_or_what_biases_make() {
    Backend backend = TestDevice.backend(Family.CPU);
    float[] eye = {1, 0, 0, 1};
    List<LayerParameters> biased =
        List.of(
            new LayerParameters("a", 2, 2, eye, new float[] {-3, 5}),
            new LayerParameters("b", 2, 2, new float[] {7, 2, 9, -1}, new float[] {1, 0}));
    try (Network network = Network.of(backend, biased);
        ExecutionPlan plan = ExecutionPlan.dense(network, 1)) {
      // ReLU lets 0 and 5 through.
      assertThat(run(plan, 0, 0)).containsExactly(11f, -5f);
    }
    try (Network network = Network.of(backend, parameters(new Draw("zeros"), false));
        ExecutionPlan plan = ExecutionPlan.dense(network, 1)) {
      assertThat(run(plan, new float[FEATURES])).containsOnly(0f);
    }
  }

  @Test
  void a_sample_that_is_no_number_gives_none() {
    List<LayerParameters> layers = parameters(new Draw("nan sample"), true);
    float[] sample = new float[FEATURES];
    sample[FEATURES / 2] = Float.NaN;
    for (Family family : Family.values()) {
      try (Network network = Network.of(TestDevice.backend(family), layers);
          ExecutionPlan plan = ExecutionPlan.dense(network, 1)) {
        assertThat(run(plan, sample)).as(family.name()).containsOnly(Float.NaN);
      }
    }
  }

  @Test
  void a_form_is_needed_for_each_layer() {
    List<LayerParameters> layers = parameters(new Draw("too few forms"), false);
    try (Network network = Network.of(TestDevice.backend(Family.CPU), layers)) {
      assertThatThrownBy(() -> ExecutionPlan.of(network, List.of(Form.DENSE), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("1 forms for 4 layers");
    }
  }

  @Test
  void a_form_that_can_not_be_made_leaves_nothing_of_those_before_it() {
    List<LayerParameters> layers =
        List.of(
            new LayerParameters("a", 3, 2, new float[6], null),
            new LayerParameters("b", 1, 3, new float[3], null));
    // What is left is found by the extension.
    try (Network network = Network.of(TestDevice.backend(Family.CPU), layers)) {
      assertThatThrownBy(
              () -> ExecutionPlan.of(network, List.of(Form.CSR, Form.DENSE_COLUMNS), 1).close())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Dense columns of");
    }
  }
}
