package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.prunecl.nn.ExecutionPlan;
import org.prunecl.nn.Form;
import org.prunecl.nn.Inference;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.MlpReference;
import org.prunecl.nn.Network;
import org.prunecl.opencl.LiveObjects;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Family;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.Draw;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

/** Choosing forms by measurement and from memory, and that it changes no result. */
@OpenClTest
final class PlannerTest {
  private static final int FEATURES = 45;
  private static final int CLASSES = 7;
  private static final int[] WIDTHS = {FEATURES, 70, 33, CLASSES};
  private static final List<Integer> BATCHES = List.of(1, 17, 128);

  @TempDir private Path folder;

  private final List<String> warnings = new ArrayList<>();

  /** Hidden layers with about that share of zeros; the output layer is whole. */
  private static List<LayerParameters> parameters(Draw draw, double zeros) {
    List<LayerParameters> layers = new ArrayList<>();
    for (int l = 1; l < WIDTHS.length; l++) {
      float[] weights = draw.values(WIDTHS[l] * WIDTHS[l - 1]);
      if (l < WIDTHS.length - 1) {
        draw.sparsen(weights, zeros);
      }
      layers.add(
          new LayerParameters(
              "fc" + l, WIDTHS[l], WIDTHS[l - 1], weights, l == 2 ? draw.values(33) : null));
    }
    return layers;
  }

  /** What there is for layers of any shape, written out. */
  private static List<Form> forms(Family family, int batch) {
    if (family == Family.GPU) {
      return List.of(Form.DENSE, Form.CSR, Form.ORDERED);
    }
    return batch == 1
        ? List.of(
            Form.DENSE, Form.CSR, Form.SLICED, Form.WINDOWED, Form.COLUMNS, Form.DENSE_COLUMNS)
        : List.of(Form.DENSE, Form.CSR, Form.BLOCKED);
  }

  @BothFamilies
  void every_form_that_suits_is_measured_and_the_fastest_is_chosen(Family family) {
    Draw draw = new Draw("planner " + family);
    try (Network network = Network.of(TestDevice.backend(family), parameters(draw, 0.8))) {
      for (int batch : BATCHES) {
        List<LayerPlan> plans =
            new Planner(network.backend()).choose(network, batch, draw.values(batch * FEATURES));
        assertThat(plans).extracting(LayerPlan::layer).containsExactly("fc1", "fc2", "fc3");
        for (LayerPlan plan : plans) {
          String what = "seed %d, %s, batch %d, %s".formatted(Draw.SEED, family, batch, plan);
          List<String> labels = forms(family, batch).stream().map(Form::label).toList();
          assertThat(plan.medianMs().keySet()).as(what).containsExactlyInAnyOrderElementsOf(labels);
          assertThat(plan.medianMs().values()).as(what).allMatch(ms -> ms > 0);
          assertThat(plan.medianMs().get(plan.form().label()))
              .as(what)
              .isEqualTo(Collections.min(plan.medianMs().values()));
          assertThat(plan.remembered()).as(what).isFalse();
          assertThat(plan.speedup()).as(what).isGreaterThanOrEqualTo(1);
        }
      }
    }
  }

  @Test
  void a_choice_says_what_the_layer_and_its_inputs_are_like() {
    Draw draw = new Draw("planned layer");
    List<LayerParameters> layers = parameters(draw, 0.8);
    float[] samples = draw.sparsen(draw.values(17 * FEATURES), 0.4);
    int zeros = 0;
    for (float sample : samples) {
      zeros += sample == 0 ? 1 : 0;
    }
    try (Network network = Network.of(TestDevice.backend(Family.CPU), layers)) {
      List<LayerPlan> plans = new Planner(network.backend()).choose(network, 17, samples);
      LayerPlan first = plans.get(0);
      assertThat(first.shape().outputs()).isEqualTo(70);
      assertThat(first.shape().inputs()).isEqualTo(FEATURES);
      assertThat(first.sparsity())
          .isCloseTo(1 - layers.get(0).nonzeroWeights() / (70.0 * FEATURES), within(1e-12));
      assertThat(first.zeros()).isCloseTo(zeros / (17.0 * FEATURES), within(1e-12));
      assertThat(plans.get(2).sparsity()).isZero();
      // Behind ReLU, counted by plain arithmetic.
      int off = 0;
      for (int sample = 0; sample < 17; sample++) {
        for (int unit = 0; unit < 70; unit++) {
          double sum = 0;
          for (int i = 0; i < FEATURES; i++) {
            sum +=
                (double) layers.get(0).weights()[unit * FEATURES + i]
                    * samples[sample * FEATURES + i];
          }
          off += sum < 1e-6 ? 1 : 0;
        }
      }
      assertThat(plans.get(1).zeros())
          .as("seed %d", Draw.SEED)
          .isCloseTo(off / (17.0 * 70), within(0.005));
    }
  }

  @BothFamilies
  void every_form_and_the_chosen_mix_give_the_logits_of_a_float64_network(Family family) {
    for (double zeros : new double[] {0, 0.9, 1}) {
      Draw draw = new Draw("planned logits " + zeros);
      List<LayerParameters> layers = parameters(draw, zeros);
      long before = LiveObjects.bufferBytes();
      try (Network network = Network.of(TestDevice.backend(family), layers)) {
        for (int batch : BATCHES) {
          float[] samples = draw.values(batch * FEATURES);
          double[] expected = logits(layers, samples);
          String what = "seed %d, zeros %s, %s, %d".formatted(Draw.SEED, zeros, family, batch);
          for (Form form : forms(family, batch)) {
            try (ExecutionPlan plan =
                ExecutionPlan.of(network, Collections.nCopies(3, form), batch)) {
              check(what + ", " + form, run(plan, batch, samples), expected);
            }
          }
          try (ExecutionPlan plan =
              new Planner(network.backend()).plan(network, batch, Batches.of(samples))) {
            check(what + ", " + plan.lines(), run(plan, batch, samples), expected);
          }
        }
      }
      TestDevice.backend(family).releaseScratch();
      assertThat(LiveObjects.bufferBytes()).isLessThanOrEqualTo(before);
    }
  }

  @BothFamilies
  void a_plan_for_one_batch_size_runs_any_other(Family family) {
    Draw draw = new Draw("leftovers");
    List<LayerParameters> layers = parameters(draw, 0.9);
    try (Network network = Network.of(TestDevice.backend(family), layers)) {
      for (int planned : BATCHES) {
        for (Form form : forms(family, planned)) {
          try (ExecutionPlan plan =
              ExecutionPlan.of(network, Collections.nCopies(3, form), planned)) {
            for (int batch : new int[] {1, 2, 37, 200}) {
              float[] samples = draw.values(batch * FEATURES);
              check(
                  "seed %d, %s for %d run at %d".formatted(Draw.SEED, form, planned, batch),
                  run(plan, batch, samples),
                  logits(layers, samples));
            }
          }
        }
      }
    }
  }

  @Test
  void what_is_left_over_runs_dense_bit_for_bit_where_its_form_does_not_suit() {
    Draw draw = new Draw("dense leftovers");
    try (Network network = Network.of(TestDevice.backend(Family.CPU), parameters(draw, 0.9));
        ExecutionPlan dense = ExecutionPlan.dense(network);
        ExecutionPlan batches =
            ExecutionPlan.of(network, List.of(Form.DENSE, Form.BLOCKED, Form.BLOCKED), 128);
        ExecutionPlan singles =
            ExecutionPlan.of(network, List.of(Form.DENSE, Form.SLICED, Form.DENSE_COLUMNS), 1)) {
      float[] one = draw.values(FEATURES);
      assertThat(run(batches, 1, one)).isEqualTo(run(dense, 1, one));
      float[] several = draw.values(37 * FEATURES);
      assertThat(run(singles, 37, several)).isEqualTo(run(dense, 37, several));
    }
  }

  @Test
  void what_is_remembered_is_used_without_measuring_and_marked() {
    Draw draw = new Draw("remembered");
    try (Network network = network(draw)) {
      float[] samples = draw.values(17 * FEATURES);
      PlanFile file = file();
      List<LayerPlan> measured =
          planner(network.backend(), file, false).choose(network, 17, samples);
      assertThat(measured).noneMatch(LayerPlan::remembered);

      // Times that no measurement gives.
      PlanFile known = file();
      for (LayerPlan plan : measured) {
        known.remember(key(plan), Map.of("dense", 3e6, "csr", 2e6, "blocked", 4e6));
      }
      known.store(warnings::add);
      List<LayerPlan> again =
          planner(network.backend(), file(), false).choose(network, 17, samples);
      assertThat(again).allMatch(LayerPlan::remembered);
      assertThat(again).extracting(LayerPlan::form).containsOnly(Form.CSR);
      assertThat(again)
          .allSatisfy(plan -> assertThat(plan.medianMs()).containsEntry("blocked", 4e6));
      assertThat(again.get(0).speedup()).isCloseTo(1.5, within(1e-12));

      List<LayerPlan> fresh = planner(network.backend(), file(), true).choose(network, 17, samples);
      assertThat(fresh).noneMatch(LayerPlan::remembered);
      assertThat(fresh).allSatisfy(plan -> assertThat(plan.medianMs().get("csr")).isLessThan(2e6));
      PlanFile kept = file();
      assertThat(fresh)
          .allSatisfy(plan -> assertThat(kept.times(key(plan))).isEqualTo(plan.medianMs()));
      assertThat(warnings).isEmpty();
    }
  }

  @Test
  void times_with_and_without_an_inline_partner_are_kept_apart() {
    Path file = PlanFile.of(TestDevice.get(), Map.of(), warning -> {}).path();
    assertThat(file.toString().endsWith("-forms-inline.json"))
        .isEqualTo(TestDevice.get().inline().isPresent());
    assertThat(file.toString()).containsPattern("-forms(-inline)?\\.json$");
  }

  @Test
  void another_batch_size_and_a_memory_that_lacks_a_form_are_measured() {
    Draw draw = new Draw("half remembered");
    try (Network network = network(draw)) {
      float[] samples = draw.values(17 * FEATURES);
      PlanFile file = file();
      List<LayerPlan> first = planner(network.backend(), file, false).choose(network, 17, samples);
      assertThat(planner(network.backend(), file, false).choose(network, 17, samples))
          .allMatch(LayerPlan::remembered);
      assertThat(
              planner(network.backend(), file, false)
                  .choose(network, 16, draw.values(16 * FEATURES)))
          .noneMatch(LayerPlan::remembered);

      Map<String, Double> less = new HashMap<>(first.get(1).medianMs());
      less.remove("blocked");
      file.remember(key(first.get(1)), less);
      assertThat(planner(network.backend(), file, false).choose(network, 17, samples))
          .extracting(LayerPlan::remembered)
          .containsExactly(true, false, true);
    }
  }

  private static Network network(Draw draw) {
    return Network.of(TestDevice.backend(Family.CPU), parameters(draw, 0.8));
  }

  private static PlanFile.Key key(LayerPlan plan) {
    return PlanFile.Key.of(plan.shape(), 17, plan.sparsity(), plan.zeros());
  }

  private PlanFile file() {
    return new PlanFile(folder.resolve("forms.json"), TestDevice.get(), warnings::add);
  }

  private Planner planner(Backend backend, PlanFile memory, boolean fresh) {
    return new Planner(backend, memory, fresh, warnings::add);
  }

  private static float[] run(ExecutionPlan plan, int batch, float[] samples) {
    try (Inference inference = new Inference(plan, batch)) {
      return inference.run(samples);
    }
  }

  private static double[] logits(List<LayerParameters> layers, float[] samples) {
    MlpReference reference = new MlpReference(layers);
    double[] logits = new double[samples.length / FEATURES * CLASSES];
    for (int sample = 0; sample < samples.length / FEATURES; sample++) {
      double[] features = new double[FEATURES];
      for (int f = 0; f < FEATURES; f++) {
        features[f] = samples[sample * FEATURES + f];
      }
      System.arraycopy(reference.logits(features), 0, logits, sample * CLASSES, CLASSES);
    }
    return logits;
  }

  /** To within a thousandth of the largest. */
  private static void check(String what, float[] logits, double[] expected) {
    double largest = 0;
    for (double logit : expected) {
      largest = Math.max(largest, Math.abs(logit));
    }
    assertThat(logits).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) logits[i])
          .as("%s, logit %d", what, i)
          .isCloseTo(expected[i], within(1e-3 * largest));
    }
  }
}
