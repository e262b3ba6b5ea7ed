package org.prunecl.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.prunecl.PruneClException.Kind;
import org.prunecl.lab.Baseline;
import org.prunecl.lab.BenchResults;
import org.prunecl.lab.Crossover;
import org.prunecl.lab.Evaluation;
import org.prunecl.lab.Results;
import org.prunecl.lab.Trial;

final class ResultsJsonTest {
  private static final BenchResults BENCH =
      Benches.results(
          List.of(
              Benches.auto(
                  Benches.one(1000, 784, 128, 0.9, "csr", 1.5, 3),
                  new BenchResults.AgainstBest("csr", 1.01, 0.99, 1.02))),
          new BenchResults.ShapeCrossover(1000, 784, 128, "csr", null, null, null));

  @Test
  void results_are_read_back_as_they_were_written() throws Exception {
    Results results = Sweeps.realistic();
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    ResultsJson.write(results, out);

    assertThat(ResultsJson.read(new ByteArrayInputStream(out.toByteArray()))).isEqualTo(results);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo(ResultsJson.text(results))
        .endsWith("}\n")
        .doesNotContain("\r");
  }

  @Test
  void the_fields_of_results_are_those_that_are_documented() throws Exception {
    assertThat(fields(ResultsJson.text(Sweeps.realistic())))
        .containsExactlyInAnyOrder(
            "schema",
            "device",
            "device.platform",
            "device.name",
            "device.driver",
            "device.type",
            "device.compute_units",
            "recipe",
            "seed",
            "baseline",
            "baseline.seed",
            "baseline.accuracy",
            "baseline.loss",
            "baseline.train_seconds",
            "baseline.seconds_per_step",
            "baseline.parameters",
            "baseline.bytes",
            "baseline.gzip_bytes",
            "baseline.layers",
            "baseline.layers.name",
            "baseline.layers.shape",
            "baseline.layers.parameters",
            "baseline.layers.nonzero",
            "baselines",
            "baselines.seed",
            "baselines.accuracy",
            "baselines.loss",
            "baselines.train_seconds",
            "baselines.seconds_per_step",
            "baselines.parameters",
            "baselines.bytes",
            "baselines.gzip_bytes",
            "baselines.layers",
            "baselines.layers.name",
            "baselines.layers.shape",
            "baselines.layers.parameters",
            "baselines.layers.nonzero",
            "pruned",
            "pruned_networks",
            "summary",
            "summary.method",
            "summary.sparsity",
            "summary.seeds",
            "summary.accuracy",
            "summary.accuracy.mean",
            "summary.accuracy.std",
            "summary.loss",
            "summary.loss.mean",
            "summary.loss.std",
            "summary.theoretical_speedup",
            "summary.theoretical_speedup.mean",
            "summary.theoretical_speedup.std",
            "summary.speedup",
            "summary.speedup.batch",
            "summary.speedup.execution",
            "summary.speedup.mean",
            "summary.speedup.std",
            "summary.compression_ratio",
            "summary.compression_ratio.mean",
            "summary.compression_ratio.std",
            "summary.parameter_ratio",
            "summary.parameter_ratio.mean",
            "summary.parameter_ratio.std",
            "trials",
            "trials.method",
            "trials.seed",
            "trials.sparsity",
            "trials.achieved_sparsity",
            "trials.nonzero",
            "trials.accuracy",
            "trials.loss",
            "trials.bytes",
            "trials.bytes.dense",
            "trials.bytes.sparse",
            "trials.bytes.compact",
            "trials.theoretical_speedup",
            "trials.compression",
            "trials.compression.bytes",
            "trials.compression.parameters",
            "trials.accuracies",
            "trials.accuracies.dense",
            "trials.accuracies.csr",
            "trials.accuracies.compact",
            "trials.latency",
            "trials.latency.batch",
            "trials.latency.execution",
            "trials.latency.median_ms",
            "trials.latency.low_ms",
            "trials.latency.high_ms",
            "trials.latency.device_ms",
            "trials.latency.runs",
            "trials.latency.forms",
            "trials.latency.one_launch",
            "crossover",
            "crossover.method",
            "crossover.execution",
            "crossover.batch",
            "crossover.sparsity",
            "crossover.auto");
  }

  @Test
  void the_fields_of_a_benchmark_are_those_that_are_documented() throws Exception {
    assertThat(fields(ResultsJson.text(BENCH)))
        .containsExactlyInAnyOrder(
            "schema",
            "device",
            "device.platform",
            "device.name",
            "device.driver",
            "device.type",
            "device.compute_units",
            "peak_gflops",
            "cases",
            "cases.rows",
            "cases.cols",
            "cases.batch",
            "cases.sparsity",
            "cases.execution",
            "cases.median_ms",
            "cases.low_ms",
            "cases.high_ms",
            "cases.device_ms",
            "cases.gflops",
            "cases.share_of_peak",
            "cases.form",
            "cases.speedup",
            "cases.speedup_low",
            "cases.speedup_high",
            "cases.theoretical_speedup",
            "cases.cold_ms",
            "cases.against_best",
            "cases.against_best.form",
            "cases.against_best.ratio",
            "cases.against_best.low",
            "cases.against_best.high",
            "crossover",
            "crossover.rows",
            "crossover.cols",
            "crossover.low",
            "crossover.high",
            "crossover.batch",
            "crossover.execution",
            "crossover.sparsity");
  }

  @Test
  void the_fields_of_a_plan_are_those_that_are_documented() throws Exception {
    assertThat(fields(ResultsJson.text(PlanReportTest.RESULTS)))
        .containsExactlyInAnyOrder(
            "schema",
            "device",
            "device.platform",
            "device.name",
            "device.driver",
            "device.type",
            "device.compute_units",
            "batch",
            "peak_gflops",
            "layers_ms",
            "one_launch_ms",
            "layers",
            "layers.layer",
            "layers.rows",
            "layers.cols",
            "layers.positions",
            "layers.sparsity",
            "layers.zero_inputs",
            "layers.form",
            "layers.speedup",
            "layers.share_of_limit",
            "layers.crossover",
            "layers.median_ms",
            "layers.median_ms.dense",
            "layers.median_ms.dense-columns",
            "layers.median_ms.sliced");
  }

  @Test
  void the_fields_of_an_evaluation_are_those_that_are_documented() throws Exception {
    Evaluation evaluation = new Evaluation(0.88, 0.33, 10_000, "auto", List.of("blocked", "dense"));
    assertThat(fields(ResultsJson.text(evaluation)))
        .containsExactlyInAnyOrder("accuracy", "loss", "images", "execution", "forms");
  }

  @Test
  void results_of_an_earlier_version_have_neither_forms_nor_crossovers_of_auto() throws Exception {
    ObjectNode old = (ObjectNode) new ObjectMapper().readTree(ResultsJson.text(Sweeps.realistic()));
    old.get("crossover").forEach(crossover -> ((ObjectNode) crossover).remove("auto"));
    old.get("trials")
        .forEach(
            trial ->
                trial
                    .get("latency")
                    .forEach(
                        latency -> ((ObjectNode) latency).remove(List.of("forms", "one_launch"))));

    Results results = read(old.toString());

    assertThat(results.crossover()).allSatisfy(one -> assertThat(one.auto()).isNull());
    assertThat(results.trials().get(0).latency())
        .allSatisfy(
            latency -> {
              assertThat(latency.forms()).isEmpty();
              assertThat(latency.oneLaunch()).isNull();
            });
  }

  @Test
  void sparsities_are_written_as_they_were_given_and_missing_values_as_null() throws Exception {
    JsonNode results = new ObjectMapper().readTree(ResultsJson.text(Sweeps.realistic()));

    assertThat(results.at("/trials/8/sparsity").asText()).isEqualTo("0.97");
    assertThat(results.at("/trials/0/latency/0/device_ms").isNull()).isTrue();
    assertThat(results.at("/recipe/repeats").isNull()).isTrue();
    assertThat(results.at("/recipe/batch_size").asInt()).isEqualTo(128);
    assertThat(results.at("/recipe/published/test_accuracy").asDouble()).isEqualTo(0.97);
  }

  @Test
  void a_number_that_is_not_finite_is_refused_by_name() {
    Trial nan = Sweeps.trial("weight", 0.5, Double.NaN);
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    assertThatThrownBy(() -> ResultsJson.write(Sweeps.results(0.9, List.of(nan)), out))
        .isInstanceOfSatisfying(
            ReportException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RUN))
        .hasMessage("The result 'trials/0/accuracy' is NaN, not a number that can be reported.");
    assertThat(out.size()).isZero();

    Baseline infinite =
        new Baseline(7, 0.9, 0.3, Double.POSITIVE_INFINITY, null, 10, 400L, 300L, List.of());
    assertThatThrownBy(() -> ResultsJson.text(infinite))
        .isInstanceOf(ReportException.class)
        .hasMessageContaining("'train_seconds' is Infinity");
    assertThatThrownBy(
            () ->
                ResultsJson.text(
                    new Crossover(
                        "unit", "compact", 1, Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY)))
        .isInstanceOf(ReportException.class)
        .hasMessageContaining("'sparsity' is -Infinity");
  }

  @Test
  void a_field_that_a_later_version_added_is_passed_over() throws Exception {
    String later =
        ResultsJson.text(Sweeps.realistic()).replaceFirst("\\{", "{\"new_field\": [1, 2],");

    assertThat(read(later)).isEqualTo(Sweeps.realistic());
  }

  @Test
  void a_file_that_is_not_results_is_refused() {
    String good = ResultsJson.text(Sweeps.realistic());
    refused("");
    refused("null");
    refused("[]");
    refused("{}");
    refused(good.substring(0, good.length() / 2));
    refused(good.replaceFirst("\"nonzero\": \\d+,", ""));
    refused(good.replace("\"schema\": 1", "\"schema\": 2"));
  }

  private static void refused(String text) {
    assertThatThrownBy(() -> read(text))
        .as(text.substring(0, Math.min(40, text.length())))
        .isInstanceOfSatisfying(
            ReportException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.INPUT);
              assertThat(e.getMessage()).hasLineCount(1);
              assertThat(e.remedy()).hasLineCount(1);
            });
  }

  private static Results read(String text) throws Exception {
    return ResultsJson.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Every field's path but those inside the recipe, which are the recipe file's. */
  private static Set<String> fields(String json) throws Exception {
    Set<String> names = new TreeSet<>();
    collect(new ObjectMapper().readTree(json), "", names);
    names.removeIf(name -> name.startsWith("recipe."));
    return names;
  }

  private static void collect(JsonNode node, String path, Set<String> names) {
    if (node.isArray()) {
      node.forEach(element -> collect(element, path, names));
    }
    node.properties()
        .forEach(
            field -> {
              names.add(path + field.getKey());
              collect(field.getValue(), path + field.getKey() + ".", names);
            });
  }
}
