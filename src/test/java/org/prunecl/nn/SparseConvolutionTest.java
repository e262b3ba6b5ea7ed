package org.prunecl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Family;
import org.prunecl.ops.Samples;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.Draw;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

/** Pruned convolutions in every form that suits them, against float64. */
@OpenClTest
final class SparseConvolutionTest {
  private static final int CLASSES = 5;
  private static final int[] BATCHES = {1, 2, 7, 16, 33, 128};

  private static final Architecture ARCHITECTURE =
      new Architecture(
          new Architecture.Image(2, 9, 8),
          List.of(new Architecture.Filters(6, 3, 2, 2), new Architecture.Filters(5, 2, 2, 1)),
          List.of(7),
          CLASSES,
          true);

  private static final int FEATURES = 2 * 9 * 8;

  private static List<LayerParameters> parameters(Draw draw, double zeros) {
    List<LayerParameters> layers =
        Network.initialize(ARCHITECTURE, Initializer.PYTORCH, draw.index(1 << 30));
    layers.subList(0, 3).forEach(layer -> draw.sparsen(layer.weights(), zeros));
    return layers;
  }

  /** Each convolution in the form, what is fully connected dense. */
  private static ExecutionPlan plan(Network network, Form form, int batch) {
    return ExecutionPlan.of(network, List.of(form, form, Form.DENSE, Form.DENSE), batch);
  }

  private static List<Form> suitable(Network network, int batch) {
    return Arrays.stream(Form.values())
        .filter(
            form ->
                network.layers().subList(0, 2).stream()
                    .allMatch(layer -> form.suits(network.backend(), layer.shape(), batch)))
        .toList();
  }

  @BothFamilies
  void every_form_that_suits_gives_the_logits_of_a_float64_network(Family family) {
    for (double zeros : new double[] {0, 0.7, 1}) {
      Draw draw = new Draw("sparse convolution " + zeros);
      List<LayerParameters> layers = parameters(draw, zeros);
      MlpReference reference = new MlpReference(layers);
      try (Network network = Network.of(TestDevice.backend(family), layers)) {
        for (int planned : BATCHES) {
          for (Form form : suitable(network, planned)) {
            try (ExecutionPlan plan = plan(network, form, planned)) {
              // What is left at the end of a dataset is run in the same plan.
              for (int batch : new int[] {planned, 1, 5}) {
                Batch data = Batch.draw(draw, batch, FEATURES, CLASSES);
                String what =
                    "seed %d, %s for %d run at %d".formatted(Draw.SEED, form, planned, batch);
                check(what, plan, data, reference);
              }
            }
          }
        }
      }
    }
  }

  private static void check(String what, ExecutionPlan plan, Batch data, MlpReference reference) {
    int batch = data.labels().length;
    try (Inference inference = new Inference(plan, batch)) {
      // The first run's results, and whatever lies in the padding, are there at the second.
      inference.run(data.inputs());
      float[] logits = inference.run(data.inputs());
      double[][] samples = data.samples();
      for (int s = 0; s < batch; s++) {
        double[] expected = reference.logits(samples[s]);
        for (int c = 0; c < CLASSES; c++) {
          assertThat((double) logits[s * CLASSES + c])
              .as("%s, sample %d, class %d", what, s, c)
              .isCloseTo(expected[c], within(2e-6));
        }
      }
    }
  }

  @Test
  void batches_and_single_samples_have_sparse_forms_on_both_families() {
    List<LayerParameters> layers = parameters(new Draw("forms of convolutions"), 0.5);
    for (int batch : new int[] {1, 128}) {
      try (Network network = Network.of(TestDevice.backend(Family.CPU), layers)) {
        assertThat(suitable(network, batch)).containsExactly(Form.DENSE, Form.CSR, Form.BLOCKED);
      }
      try (Network network = Network.of(TestDevice.backend(Family.GPU), layers)) {
        assertThat(suitable(network, batch)).containsExactly(Form.DENSE, Form.CSR, Form.ORDERED);
      }
    }
  }

  @BothFamilies
  void an_evaluation_counts_every_sample_once(Family family) {
    Draw draw = new Draw("evaluated convolution");
    List<LayerParameters> layers = parameters(draw, 0.6);
    MlpReference reference = new MlpReference(layers);
    // Values of a pooled square may be equal: the largest is the same.
    Batch data = Batch.draw(draw, 1001, FEATURES, CLASSES);
    MlpReference.Outcome expected = reference.evaluate(data.samples(), data.labels());
    Backend backend = TestDevice.backend(family);
    try (Network network = Network.of(backend, layers);
        ExecutionPlan dense = ExecutionPlan.dense(network);
        ExecutionPlan csr = ExecutionPlan.csr(network);
        Samples samples = data.upload(backend)) {
      for (ExecutionPlan plan : List.of(dense, csr)) {
        Evaluator.Score score = Evaluator.evaluate(plan, samples);
        assertThat(score.loss())
            .as("seed %d", Draw.SEED)
            .isCloseTo(expected.loss() / score.count(), within(2e-6));
        // A sample whose largest logits are as good as equal may go either way.
        assertThat(score.correct())
            .as("seed %d", Draw.SEED)
            .isCloseTo(expected.correct(), within(1L));
      }
    }
  }

  @Test
  void multiply_adds_are_weights_times_positions() {
    List<LayerParameters> layers = parameters(new Draw("multiply-adds of convolutions"), 0.5);
    // 7 × 7 positions, then 3 × 3 pooled, of which 2 × 2 positions.
    long[] positions = {7 * 7, 2 * 2, 1, 1};
    long all = 0;
    long left = 0;
    for (int l = 0; l < 4; l++) {
      all += layers.get(l).weights().length * positions[l];
      boolean sparse = l < 3;
      left +=
          (sparse ? layers.get(l).nonzeroWeights() : layers.get(l).weights().length) * positions[l];
    }
    try (Network network = Network.of(TestDevice.backend(Family.CPU), layers);
        ExecutionPlan dense = ExecutionPlan.dense(network);
        ExecutionPlan csr = ExecutionPlan.csr(network)) {
      assertThat(dense.multiplyAdds()).isEqualTo(all);
      assertThat(csr.multiplyAdds()).isEqualTo(left);
    }
  }

  @BothFamilies
  void each_layer_of_a_network_is_visited_with_the_activations_of_real_samples(Family family) {
    Draw draw = new Draw("visited convolutions");
    List<LayerParameters> layers = parameters(draw, 0.5);
    Batch data = Batch.draw(draw, 3, FEATURES, CLASSES);
    List<String> visited = new ArrayList<>();
    try (Network network = Network.of(TestDevice.backend(family), layers)) {
      Candidates.visit(
          network,
          3,
          data.inputs(),
          candidate -> {
            visited.add(candidate.layer().name());
            candidate.works().get().values().forEach(Runnable::run);
            return candidate.zeros();
          });
      assertThat(visited).containsExactly("conv1", "conv2", "fc1", "fc2");
      try (ExecutionPlan mixed = ExecutionPlan.of(network, Collections.nCopies(4, Form.CSR), 3)) {
        check("seed " + Draw.SEED, mixed, data, new MlpReference(layers));
      }
    }
  }
}
