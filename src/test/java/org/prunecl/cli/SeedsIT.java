package org.prunecl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** A sweep over three seeds: its summary can be worked out from its trials. */
@TestInstance(Lifecycle.PER_CLASS)
final class SeedsIT {
  private static final double EXACT = 1e-9;

  @TempDir private static Path folder;
  private Program.Outcome outcome;
  private JsonNode results;

  @BeforeAll
  void sweep() throws IOException {
    outcome =
        Program.in(folder)
            .run(
                "sweep",
                "--data",
                Program.fashion(),
                "--hidden",
                "20,10",
                "--epochs",
                "2",
                "--batch-size",
                "7",
                "--seed",
                "5",
                "--seeds",
                "3",
                "--methods",
                "weight,unit,small-dense",
                "--sparsities",
                "0,0.5,1",
                "--out",
                "run")
            .succeeds();
    results = Program.json(folder.resolve("run/results.json"));
  }

  /** Mean and sample standard deviation as anyone would compute them. */
  private static void check(JsonNode spread, double... values) {
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    assertThat(spread.get("mean").doubleValue()).isCloseTo(mean, within(EXACT * Math.abs(mean)));
    assertThat(spread.get("std").doubleValue())
        .isCloseTo(Math.sqrt(squares / (values.length - 1)), within(EXACT * Math.abs(mean)));
  }

  private static double median(JsonNode trial, int batch, String execution) {
    return StreamSupport.stream(trial.get("latency").spliterator(), false)
        .filter(
            one ->
                one.get("batch").intValue() == batch
                    && one.get("execution").textValue().equals(execution))
        .findFirst()
        .orElseThrow()
        .get("median_ms")
        .doubleValue();
  }

  @Test
  void every_mean_and_deviation_follows_from_the_trials() {
    assertThat(results.get("summary")).hasSize(9);
    for (JsonNode summary : results.get("summary")) {
      List<JsonNode> trials = new ArrayList<>();
      for (JsonNode trial : results.get("trials")) {
        if (trial.get("method").equals(summary.get("method"))
            && trial.get("sparsity").equals(summary.get("sparsity"))) {
          trials.add(trial);
        }
      }
      assertThat(trials).extracting(trial -> trial.get("seed").intValue()).containsExactly(5, 6, 7);
      assertThat(summary.get("seeds").intValue()).isEqualTo(3);
      for (String name : List.of("accuracy", "loss", "theoretical_speedup")) {
        check(
            summary.get(name), trials.stream().mapToDouble(t -> t.get(name).asDouble()).toArray());
      }
      check(
          summary.get("compression_ratio"),
          trials.stream().mapToDouble(SeedsIT::compression).toArray());
      boolean control = summary.get("method").textValue().equals("small-dense");
      assertThat(summary.get("speedup")).hasSize(control ? 2 : 4);
      for (JsonNode speedup : summary.get("speedup")) {
        int batch = speedup.get("batch").intValue();
        String execution = speedup.get("execution").textValue();
        check(
            speedup,
            trials.stream()
                .mapToDouble(
                    trial ->
                        median(trial, batch, control ? "unpruned" : "dense")
                            / median(trial, batch, execution))
                .toArray());
      }
    }
  }

  private static double compression(JsonNode trial) {
    double smallest = Double.POSITIVE_INFINITY;
    for (String form : List.of("dense", "sparse", "compact")) {
      smallest = Math.min(smallest, trial.get("bytes").get(form).doubleValue());
    }
    return 4.0 * (784 * 20 + 20 * 10 + 10 * 10) / smallest;
  }

  @Test
  void each_seed_has_a_baseline_and_a_model_of_its_accuracy() {
    assertThat(results.get("baselines")).hasSize(3);
    assertThat(results.get("baselines").get(0)).isEqualTo(results.get("baseline"));
    List<String> models =
        List.of("model.safetensors", "model-seed-6.safetensors", "model-seed-7.safetensors");
    for (int i = 0; i < models.size(); i++) {
      JsonNode baseline = results.get("baselines").get(i);
      assertThat(baseline.get("seed").intValue()).isEqualTo(5 + i);
      JsonNode evaluation =
          Program.in(folder)
              .run("eval", "--json", "--data", Program.fashion(), "--model", "run/" + models.get(i))
              .succeeds()
              .json();
      assertThat(evaluation.get("accuracy")).isEqualTo(baseline.get("accuracy"));
    }
    assertThat(folder.resolve("run/history-seed-7.csv")).exists();
    assertThat(folder.resolve("run/events/seed-7/test/events.out.tfevents.prunecl")).exists();
  }

  @Test
  void the_report_has_means_with_deviations_and_all_controls() {
    assertThat(outcome.out())
        .contains("over 3 seeds", " +- ", "Small dense: unpruned against dense", "compression")
        .contains("1 point less than unpruned");
    assertThat(outcome.err()).contains("Training: seed 7, units 20,10", "units 10,5");
  }

  @Test
  void a_network_of_nothing_has_no_ratio_of_parameters() {
    for (JsonNode trial : results.get("trials")) {
      boolean none = trial.get("nonzero").intValue() == 0;
      assertThat(trial.get("compression").get("parameters").isNull()).isEqualTo(none);
    }
  }
}
