package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.nn.ExecutionPlan;
import org.prunecl.nn.Form;
import org.prunecl.nn.Inference;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.MlpReference;
import org.prunecl.nn.Network;
import org.prunecl.opencl.LiveObjects;
import org.prunecl.ops.Family;
import org.prunecl.testing.Draw;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

/** The forms of pruned networks on the device: the same logits, and without their dead units. */
@OpenClTest
final class FormsTest {
  private static Network network(List<LayerParameters> layers) {
    return Network.of(TestDevice.backend(Family.of(TestDevice.get().type())), layers);
  }

  /** Sparse enough that units die in both directions. */
  private static List<LayerParameters> pruned(Draw draw, double zeros) {
    List<LayerParameters> layers = new ArrayList<>();
    int[] widths = {19, 33, 1 + draw.index(40), 25, 4};
    for (int l = 1; l < widths.length; l++) {
      float[] weights = draw.sparsen(draw.values(widths[l] * widths[l - 1]), zeros);
      float[] bias = draw.chance() ? draw.values(widths[l]) : null;
      layers.add(new LayerParameters("fc" + l, widths[l], widths[l - 1], weights, bias));
    }
    return layers;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 0.9, 0.95, 1})
  void every_form_gives_the_logits_of_the_whole_network_in_float64(double zeros) {
    Draw draw = new Draw("forms " + zeros);
    for (int repetition = 0; repetition < 5; repetition++) {
      List<LayerParameters> layers = pruned(draw, zeros);
      MlpReference reference = new MlpReference(layers);
      try (Network network = network(layers);
          Forms forms = Forms.of(network)) {
        for (int batch : new int[] {1, 7}) {
          float[] samples = draw.values(batch * 19);
          for (Map.Entry<String, ExecutionPlan> plan : forms.plans().entrySet()) {
            try (Inference inference = new Inference(plan.getValue(), batch)) {
              float[] logits = inference.run(samples);
              for (int i = 0; i < logits.length; i++) {
                double[] sample = new double[19];
                for (int f = 0; f < sample.length; f++) {
                  sample[f] = samples[i / 4 * 19 + f];
                }
                assertThat((double) logits[i])
                    .as("seed %d, %s, batch %d", Draw.SEED, plan.getKey(), batch)
                    .isCloseTo(reference.logits(sample)[i % 4], within(1e-4));
              }
            }
          }
        }
      }
    }
  }

  @Test
  void csr_and_compact_are_of_the_harvested_network_and_share_its_memory() {
    // fc1's unit 1 is not fed, its unit 2 not taken.
    List<LayerParameters> layers =
        List.of(
            new LayerParameters("fc1", 4, 2, new float[] {1, 0, 0, 0, 2, 3, 4, 5}, null),
            new LayerParameters("fc2", 2, 4, new float[] {6, 7, 0, 8, 9, 7, 0, 9}, null));
    try (Network network = network(layers)) {
      long before = LiveObjects.bufferBytes();
      try (Forms forms = Forms.of(network)) {
        assertThat(forms.plan(Forms.DENSE).lines())
            .containsExactly(
                new ExecutionPlan.Line("fc1", 4, 2, Form.DENSE, 8),
                new ExecutionPlan.Line("fc2", 2, 4, Form.DENSE, 8));
        assertThat(forms.plan(Forms.CSR).lines())
            .containsExactly(
                new ExecutionPlan.Line("fc1", 2, 2, Form.CSR, 3),
                new ExecutionPlan.Line("fc2", 2, 2, Form.DENSE, 4));
        assertThat(forms.plan(Forms.COMPACT).lines())
            .containsExactly(
                new ExecutionPlan.Line("fc1", 2, 2, Form.DENSE, 4),
                new ExecutionPlan.Line("fc2", 2, 2, Form.DENSE, 4));
        // CSR of 2 rows and 3 weights beside two matrices of 2 rows of 16 floats.
        assertThat(LiveObjects.bufferBytes() - before).isEqualTo(4 * 3 + 8 * 3 + 2 * 128);
        assertThat(forms.sparseBytes()).isEqualTo(4 * 8 + 4 * 8);
        assertThat(forms.compactBytes()).isEqualTo(4 * 4 + 4 * 4);
        assertThat(forms.denseBytes()).isEqualTo(4 * 8 + 4 * 8);
      }
      assertThat(LiveObjects.bufferBytes()).isEqualTo(before);
    }
  }
}
