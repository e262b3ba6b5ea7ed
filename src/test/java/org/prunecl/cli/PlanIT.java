package org.prunecl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The form of each layer by measurement: as a plan that is printed, and as one that is run. */
@TestInstance(Lifecycle.PER_CLASS)
final class PlanIT {
  private static final List<String> FORMS =
      List.of(
          "dense", "csr", "blocked", "sliced", "windowed", "ordered", "columns", "dense-columns");

  @TempDir private static Path folder;

  @BeforeAll
  void train() {
    run(
            "train",
            "--data",
            Program.fashion(),
            "--hidden",
            "40,30",
            "--bias",
            "--epochs",
            "5",
            "--batch-size",
            "50",
            "--out",
            "trained")
        .succeeds();
    run(
            "prune",
            "--model",
            "trained/model.safetensors",
            "--method",
            "weight",
            "--sparsity",
            "0.9",
            "--out",
            "pruned")
        .succeeds();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 17})
  void a_plan_has_the_time_of_each_form_of_each_layer(int batch) {
    JsonNode plan = plan("--json", "--batch", "" + batch).json();
    assertThat(names(plan))
        .containsExactly(
            "schema", "device", "batch", "peak_gflops", "layers", "layers_ms", "one_launch_ms");
    for (String launches : List.of("layers_ms", "one_launch_ms")) {
      assertThat(plan.get(launches).doubleValue()).isPositive();
    }
    assertThat(plan.get("schema").intValue()).isEqualTo(1);
    assertThat(plan.get("batch").intValue()).isEqualTo(batch);
    assertThat(plan.get("peak_gflops").doubleValue()).isPositive();
    assertThat(plan.get("device").get("name").textValue()).isNotBlank();
    assertThat(plan.get("layers"))
        .extracting(layer -> layer.get("layer").textValue())
        .containsExactly("fc1", "fc2", "fc3");
    for (JsonNode layer : plan.get("layers")) {
      assertThat(names(layer))
          .containsExactly(
              "layer",
              "rows",
              "cols",
              "positions",
              "sparsity",
              "zero_inputs",
              "form",
              "speedup",
              "share_of_limit",
              "crossover",
              "median_ms");
      JsonNode times = layer.get("median_ms");
      assertThat(names(times)).contains("dense", "csr").hasSizeGreaterThan(2).isSubsetOf(FORMS);
      double chosen = times.get(layer.get("form").textValue()).doubleValue();
      assertThat(times).allSatisfy(ms -> assertThat(ms.doubleValue()).isPositive());
      assertThat(times)
          .allSatisfy(ms -> assertThat(ms.doubleValue()).isGreaterThanOrEqualTo(chosen));
      double dense = times.get("dense").doubleValue();
      if (times.has("dense-columns")) {
        dense = Math.min(dense, times.get("dense-columns").doubleValue());
      }
      assertThat(layer.get("speedup").doubleValue()).isCloseTo(dense / chosen, within(1e-9));
      assertThat(layer.get("share_of_limit").doubleValue()).isBetween(0.0, 1.0);
      assertThat(layer.get("zero_inputs").doubleValue()).isBetween(0.0, 1.0);
      if (!layer.get("crossover").isNull()) {
        assertThat(layer.get("crossover").doubleValue()).isBetween(0.1, 0.9);
      }
    }
    // Without dead units the pruned layers are less sparse than they were.
    assertThat(plan.at("/layers/0/sparsity").doubleValue()).isBetween(0.5, 0.9);
    assertThat(plan.at("/layers/2/rows").intValue()).isEqualTo(10);
    assertThat(plan.at("/layers/2/cols")).isEqualTo(plan.at("/layers/1/rows"));
  }

  @Test
  void a_plan_is_a_table_for_people_and_says_why() {
    Program.Outcome outcome = plan();
    assertThat(outcome.out())
        .contains("batch 128, peak ", "layer", "shape", "sparsity", "crossover", "of limit")
        .containsPattern("(?m)^fc1 +\\d+x784 +")
        .containsPattern("(?m)^fc1: \\S+, .*; (sparse pays from|at no sparsity tried) .*\\.$")
        .containsPattern("(?m)^fc3: ")
        .doesNotContain("\u001b", "Device:");
    assertThat(outcome.err()).contains("Device: ").doesNotContain("warning: ");
  }

  @Test
  void the_fastest_forms_are_run_named_and_remembered() throws IOException {
    String dense = evaluate("dense").out();
    Program.Outcome first = evaluate("auto");
    assertThat(first.err()).doesNotContain("warning: ");
    assertThat(forms(first)).hasSize(3).isSubsetOf(FORMS);
    assertThat(accuracy(first.out()))
        .as("two of 100 images may fall on the other side")
        .isCloseTo(accuracy(dense), within(0.0201));

    Path file = memory();
    byte[] measured = Files.readAllBytes(file);
    assertThat(Program.json(file).get("layers")).isNotEmpty();
    Program.Outcome second = evaluate("auto");
    assertThat(accuracy(second.out())).isCloseTo(accuracy(dense), within(0.0201));
    assertThat(file).as("nothing was measured anew").hasBinaryContent(measured);

    // What is remembered decides: were CSR fastest, it would be run, unless all layers are in one
    // launch, which has no such form.
    Files.writeString(file, csrFastest(Files.readString(file)));
    List<String> forms = forms(evaluate("auto"));
    assertThat(forms).containsAnyOf("csr", "blocked", "dense").hasSize(3);
    assertThat(forms.contains("csr") ? List.of("csr") : List.of("blocked", "dense"))
        .containsAll(forms);

    Files.writeString(file, "no table");
    assertThat(evaluate("auto").succeeds().err())
        .containsPattern("(?m)^warning: .* is begun anew, it can't be read: ");
    assertThat(Program.json(file).get("layers")).isNotEmpty();
  }

  /** The memory with a time for CSR that nothing beats. */
  private static String csrFastest(String memory) {
    assertThat(memory).contains("\"csr\" : ");
    return memory.replaceAll("\"csr\" : [^,\\s]+", "\"csr\" : 1.0E-9");
  }

  @Test
  void an_evaluation_by_measurement_says_so_in_json() {
    JsonNode evaluation =
        run(
                "eval",
                "--json",
                "--model",
                "pruned",
                "--data",
                Program.fashion(),
                "--execution",
                "auto")
            .succeeds()
            .json();
    assertThat(names(evaluation))
        .containsExactly("accuracy", "loss", "images", "execution", "forms");
    assertThat(evaluation.get("execution").textValue()).isEqualTo("auto");
    assertThat(evaluation.get("forms")).hasSize(3);
  }

  @Test
  void a_cache_that_can_not_be_written_is_told_and_does_no_harm() throws IOException {
    Path inTheWay = Files.writeString(folder.resolve("no-folder"), "");
    Program.Outcome outcome =
        program()
            .with("PRUNECL_CACHE", inTheWay.toString())
            .run("eval", "--model", "pruned", "--data", Program.fashion(), "--execution", "auto")
            .succeeds();
    assertThat(outcome.err()).containsPattern("(?m)^warning: .* can't be written: ");
    assertThat(forms(outcome)).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "--batch 0, A batch is at least 1",
    "--batch -3, A batch is at least 1",
    "--batch 2000000000, more than an array holds",
    "--batch many, many",
    "--model missing, missing",
    "--model trained, trained",
    "--data nowhere, nowhere",
    "--no-such, --no-such"
  })
  void wrong_usage_ends_with_2(String arguments, String why) {
    List<String> all = new ArrayList<>(List.of("plan"));
    if (!arguments.startsWith("--model")) {
      all.addAll(List.of("--model", "pruned"));
    }
    if (!arguments.startsWith("--data")) {
      all.addAll(List.of("--data", Program.fashion()));
    }
    all.addAll(List.of(arguments.split(" ", -1)));
    run(all.toArray(String[]::new)).fails(ExitCode.INPUT, why);
  }

  @Test
  void a_plan_needs_a_model() {
    run("plan", "--data", Program.fashion()).fails(ExitCode.INPUT, "--model");
  }

  private Program.Outcome plan(String... more) {
    return run(Stream.concat(
                Stream.of("plan", "--model", "pruned", "--data", Program.fashion()),
                Stream.of(more))
            .toArray(String[]::new))
        .succeeds();
  }

  private Program.Outcome evaluate(String execution) {
    return run("eval", "--model", "pruned", "--data", Program.fashion(), "--execution", execution)
        .succeeds();
  }

  private static List<String> forms(Program.Outcome evaluation) {
    Matcher auto = Pattern.compile("\\(auto: (.*)\\)\\R").matcher(evaluation.out());
    assertThat(auto.find()).as(evaluation.out()).isTrue();
    return List.of(auto.group(1).split(", ", -1));
  }

  private static double accuracy(String evaluation) {
    Matcher accuracy = Pattern.compile("accuracy (\\d\\.\\d{4}),").matcher(evaluation);
    assertThat(accuracy.find()).as(evaluation).isTrue();
    return Double.parseDouble(accuracy.group(1));
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Path memory() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("cache/tuning"))) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      assertThat(all.get(0).getFileName().toString()).endsWith("-forms.json");
      return all.get(0);
    }
  }

  private static Program program() {
    return Program.in(folder).with("PRUNECL_CACHE", folder.resolve("cache").toString());
  }

  private static Program.Outcome run(String... arguments) {
    return program().run(arguments);
  }
}
