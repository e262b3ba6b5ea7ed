package org.prunecl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.prunecl.io.ModelFile;
import org.prunecl.lab.Models;
import org.prunecl.nn.LayerParameters;
import org.prunecl.testing.Events;

/** The main job from end to end on a few real images, and the run folder it leaves. */
@TestInstance(Lifecycle.PER_CLASS)
final class SweepIT {
  private static final double[] SPARSITIES = {0, .25, .5, .6, .7, .8, .9, .95, .97, .99};
  private static final int[] HIDDEN = {30, 10};
  private static final int CLASSES = 10;
  private static final List<String> PICTURES =
      List.of(
          "accuracy",
          "accuracy-latency-batch-1",
          "accuracy-latency-batch-128",
          "latency-batch-1",
          "latency-batch-128",
          "samples");

  @TempDir private static Path folder;
  private Path run;
  private Program.Outcome outcome;
  private JsonNode results;

  @BeforeAll
  void sweep() throws IOException {
    run = folder.resolve("runs/first");
    outcome =
        Program.in(folder)
            .run(
                "sweep",
                "--data",
                Program.fashion(),
                "--hidden",
                "30,10",
                "--bias",
                "--epochs",
                "3",
                "--batch-size",
                "7",
                "--seed",
                "5",
                "--out",
                "runs/first")
            .succeeds();
    results = Program.json(run.resolve("results.json"));
  }

  @Test
  void results_go_to_standard_output_and_narration_to_standard_error() {
    assertThat(outcome.out())
        .contains("Weights pruned", "Units pruned", "sparsity", "speedup", "batch 128")
        .contains("within 1 point", "faster than dense")
        .doesNotContain("epoch", "Epoch", "Device:", "\u001b");
    assertThat(outcome.err())
        .contains("Device: ", "Epoch 3/3", "Run folder: runs/first")
        .doesNotContain("\u001b");
  }

  @Test
  void the_run_folder_holds_every_file_and_nothing_else() {
    List<String> expected =
        new ArrayList<>(
            List.of(
                "recipe.yaml",
                "run.json",
                "history.csv",
                "events",
                "model.safetensors",
                "results.json",
                "results.csv"));
    PICTURES.forEach(name -> expected.addAll(List.of(name + ".png", name + ".svg")));
    assertThat(run.toFile().list()).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void results_say_what_was_run_where() {
    assertThat(names(results))
        .containsExactly(
            "schema",
            "device",
            "recipe",
            "seed",
            "baseline",
            "baselines",
            "pruned",
            "pruned_networks",
            "trials",
            "summary",
            "crossover");
    assertThat(results.get("schema").intValue()).isEqualTo(1);
    assertThat(results.get("seed").intValue()).isEqualTo(5);
    JsonNode device = results.get("device");
    for (String name : List.of("platform", "name", "driver", "type")) {
      assertThat(device.get(name).textValue()).as(name).isNotBlank();
    }
    assertThat(device.get("compute_units").intValue()).isPositive();
    JsonNode recipe = results.get("recipe");
    assertThat(recipe.get("name").textValue()).isEqualTo("quick");
    assertThat(recipe.get("hidden").toString()).isEqualTo("[30,10]");
    assertThat(recipe.get("bias").booleanValue()).isTrue();
    assertThat(recipe.get("batch_size").intValue()).isEqualTo(7);
    JsonNode baseline = results.get("baseline");
    // A fifth of the images right after three epochs is twice what guessing gives.
    assertThat(baseline.get("accuracy").doubleValue()).isBetween(0.2, 1.0);
    assertThat(baseline.get("loss").doubleValue()).isBetween(0.1, 2.3);
    assertThat(baseline.get("train_seconds").doubleValue()).isPositive();
    assertThat(baseline.get("parameters").intValue()).isEqualTo(parameters(30, 10));
  }

  @Test
  void there_is_a_trial_for_each_method_and_sparsity() {
    List<String> trials = new ArrayList<>();
    results
        .get("trials")
        .forEach(t -> trials.add(t.get("method").textValue() + " " + t.get("sparsity").asText()));
    assertThat(trials)
        .containsExactlyElementsOf(
            Stream.of("weight", "unit")
                .flatMap(
                    method -> IntStream.range(0, 10).mapToObj(i -> method + " " + SPARSITIES[i]))
                .toList());
  }

  @Test
  void weight_trials_prune_the_smallest_weights_by_exact_count() {
    int whole = trial("weight", 0).get("nonzero").intValue();
    for (double sparsity : SPARSITIES) {
      JsonNode trial = trial("weight", sparsity);
      int first = 784 * HIDDEN[0];
      int second = HIDDEN[0] * HIDDEN[1];
      int pruned = (int) (first * sparsity) + (int) (second * sparsity);
      assertThat(trial.get("nonzero").intValue()).isEqualTo(whole - pruned);
      assertThat(trial.get("achieved_sparsity").doubleValue()).isCloseTo(sparsity, within(0.01));
    }
  }

  @Test
  void weight_trials_execute_what_is_left_of_the_harvested_network() {
    double dense = 784 * HIDDEN[0] + HIDDEN[0] * HIDDEN[1] + HIDDEN[1] * CLASSES;
    for (double sparsity : new double[] {0, .7, .95, .99}) {
      Path file = folder.resolve("harvested-" + sparsity + ".safetensors");
      Program.in(folder)
          .run(
              "prune",
              "--model",
              run.resolve("model.safetensors").toString(),
              "--method",
              "weight",
              "--sparsity",
              Double.toString(sparsity),
              "--compact",
              "--out",
              file.toString())
          .succeeds();
      long left =
          Models.parameters(ModelFile.read(file)).stream()
              .mapToLong(LayerParameters::nonzeroWeights)
              .sum();
      assertThat(trial("weight", sparsity).get("theoretical_speedup").doubleValue())
          .isCloseTo(dense / left, within(1e-9));
    }
  }

  @Test
  void unit_trials_leave_a_smaller_dense_network() {
    for (double sparsity : SPARSITIES) {
      int first = HIDDEN[0] - (int) (HIDDEN[0] * sparsity);
      int second = HIDDEN[1] - (int) (HIDDEN[1] * sparsity);
      JsonNode bytes = trial("unit", sparsity).get("bytes");
      assertThat(bytes.get("compact").intValue()).isEqualTo(4 * parameters(first, second));
    }
  }

  @Test
  void every_trial_is_complete() {
    for (JsonNode trial : results.get("trials")) {
      assertThat(trial.get("accuracy").doubleValue()).isBetween(0.0, 1.0);
      assertThat(trial.get("loss").doubleValue()).isPositive();
      assertThat(trial.get("theoretical_speedup").doubleValue()).isGreaterThanOrEqualTo(1);
      assertThat(trial.get("bytes").get("dense").intValue()).isEqualTo(4 * parameters(30, 10));
      assertThat(trial.get("bytes").get("sparse").intValue()).isPositive();
      List<String> sides = new ArrayList<>();
      for (JsonNode latency : trial.get("latency")) {
        sides.add(latency.get("execution").textValue() + latency.get("batch"));
        assertThat(latency.get("low_ms").doubleValue()).isPositive();
        assertThat(latency.get("median_ms").doubleValue())
            .isBetween(latency.get("low_ms").doubleValue(), latency.get("high_ms").doubleValue());
        assertThat(latency.get("runs").intValue()).isBetween(10, 30);
        assertThat(latency.has("device_ms")).isTrue();
        assertThat(latency.get("forms")).hasSize(HIDDEN.length + 1);
      }
      assertThat(sides)
          .containsExactlyInAnyOrder(
              "dense1", "csr1", "compact1", "auto1", "dense128", "csr128", "compact128", "auto128");
    }
  }

  @Test
  void every_form_of_a_pruned_network_gives_the_same_accuracy() {
    for (JsonNode trial : results.get("trials")) {
      JsonNode accuracies = trial.get("accuracies");
      double dense = accuracies.get("dense").doubleValue();
      // 100 test images: two of them may fall to the other side by rounding.
      assertThat(accuracies.get("csr").doubleValue()).isCloseTo(dense, within(0.0201));
      assertThat(accuracies.get("compact").doubleValue()).isCloseTo(dense, within(0.0201));
    }
    JsonNode baseline = results.get("baseline");
    assertThat(trial("weight", 0).get("accuracies").get("dense"))
        .isEqualTo(baseline.get("accuracy"));
  }

  @Test
  void there_is_a_crossover_for_each_method_and_batch_size() {
    assertThat(crossovers())
        .containsExactly("weight csr 1", "weight csr 128", "unit compact 1", "unit compact 128");
  }

  private List<String> crossovers() {
    List<String> crossovers = new ArrayList<>();
    for (JsonNode crossover : results.get("crossover")) {
      crossovers.add(
          crossover.get("method").textValue()
              + " "
              + crossover.get("execution").textValue()
              + " "
              + crossover.get("batch"));
      for (String name : List.of("sparsity", "auto")) {
        JsonNode sparsity = crossover.get(name);
        if (!sparsity.isNull()) {
          assertThat(sparsity.doubleValue()).isBetween(0.0, 1.0);
        }
      }
    }
    return crossovers;
  }

  @Test
  void the_table_of_trials_agrees_with_the_results() throws IOException {
    List<List<String>> rows = csv(run.resolve("results.csv"));
    assertThat(rows).hasSize(21);
    assertThat(String.join(",", rows.get(0)))
        .startsWith(
            "method,sparsity,achieved_sparsity,nonzero,accuracy,loss,bytes_dense,bytes_sparse,"
                + "bytes_compact,theoretical_speedup,");
    for (int i = 0; i < 20; i++) {
      List<String> cells = rows.get(i + 1);
      JsonNode trial = results.get("trials").get(i);
      assertThat(cells).hasSameSizeAs(rows.get(0));
      assertThat(cells.get(0)).isEqualTo(trial.get("method").textValue());
      assertThat(Double.parseDouble(cells.get(1))).isEqualTo(trial.get("sparsity").doubleValue());
      assertThat(Integer.parseInt(cells.get(3))).isEqualTo(trial.get("nonzero").intValue());
      assertThat(Double.parseDouble(cells.get(4))).isEqualTo(trial.get("accuracy").doubleValue());
    }
  }

  @Test
  void the_history_has_a_line_for_each_epoch() throws IOException {
    List<List<String>> rows = csv(run.resolve("history.csv"));
    assertThat(rows).hasSize(4);
    assertThat(String.join(",", rows.get(0)))
        .isEqualTo("epoch,train_loss,train_accuracy,test_loss,test_accuracy,seconds");
    List<String> last = rows.get(3);
    assertThat(last.get(0)).isEqualTo("3");
    assertThat(Double.parseDouble(last.get(4)))
        .isEqualTo(results.get("baseline").get("accuracy").doubleValue());
    assertThat(Double.parseDouble(last.get(1)))
        .as("the loss falls")
        .isLessThan(Double.parseDouble(rows.get(1).get(1)));
  }

  @Test
  void tensorboard_gets_the_curves_of_the_history() throws IOException {
    List<List<String>> rows = csv(run.resolve("history.csv"));
    List<String> header = rows.get(0);
    try (Stream<Path> files = Files.walk(run.resolve("events"))) {
      assertThat(files.filter(Files::isRegularFile).map(file -> run.relativize(file).toString()))
          .containsExactlyInAnyOrder(
              "events/train/events.out.tfevents.prunecl",
              "events/test/events.out.tfevents.prunecl");
    }
    for (String images : List.of("train", "test")) {
      List<Events.Point> points =
          Events.points(run.resolve("events/" + images + "/events.out.tfevents.prunecl"));
      assertThat(points).hasSize(2 * (rows.size() - 1));
      for (int i = 0; i < points.size(); i++) {
        Events.Point point = points.get(i);
        String curve = i % 2 == 0 ? "loss" : "accuracy";
        String cell = rows.get(i / 2 + 1).get(header.indexOf(images + "_" + curve));
        assertThat(point.tag()).isEqualTo("epoch_" + curve);
        assertThat(point.step()).isEqualTo(i / 2);
        assertThat(point.value()).isEqualTo((float) Double.parseDouble(cell));
        assertThat(point.wallTime()).as("seconds since 1970").isBetween(1.7e9, 1e10);
      }
    }
  }

  @Test
  void the_run_says_what_repeats_it() throws IOException {
    JsonNode info = Program.json(run.resolve("run.json"));
    List<String> command = new ArrayList<>();
    info.get("command").forEach(argument -> command.add(argument.textValue()));
    assertThat(command).isEqualTo(outcome.arguments());
    assertThat(info.get("seed").intValue()).isEqualTo(5);
    assertThat(info.get("device")).isEqualTo(results.get("device"));
    assertThat(info.get("device_reason").textValue()).isNotBlank();
    for (String name : List.of("prunecl", "java", "jvm", "os")) {
      assertThat(info.get("versions").get(name).textValue()).as(name).isNotBlank();
    }
    assertThat(info.get("versions").get("prunecl").textValue()).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(names(info.get("dataset")))
        .containsExactlyInAnyOrder("train-images", "train-labels", "test-images", "test-labels");
    // gzip -dc train-labels-idx1-ubyte.gz | sha256sum
    assertThat(info.get("dataset").get("train-labels").textValue())
        .isEqualTo("b82aac59ab58652dc4bae214ce80b6e7d55bd6d1b0b6141e921d91e1f4d3b510");
  }

  @Test
  void pictures_can_be_looked_at() throws Exception {
    DocumentBuilderFactory xml = DocumentBuilderFactory.newInstance();
    xml.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    for (String name : PICTURES) {
      BufferedImage png = ImageIO.read(run.resolve(name + ".png").toFile());
      assertThat(png.getWidth()).as(name).isGreaterThanOrEqualTo(600);
      assertThat(png.getHeight()).as(name).isGreaterThanOrEqualTo(300);
      Set<Integer> colours = new HashSet<>();
      for (int pixel : png.getRGB(0, 0, png.getWidth(), png.getHeight(), null, 0, png.getWidth())) {
        colours.add(pixel);
      }
      assertThat(colours).as("%s is not blank", name).hasSizeGreaterThan(20);
      assertThat(
              xml.newDocumentBuilder()
                  .parse(run.resolve(name + ".svg").toFile())
                  .getDocumentElement()
                  .getLocalName())
          .isIn("svg", null);
    }
  }

  @Test
  void the_saved_network_has_the_accuracy_of_the_run() {
    JsonNode evaluation =
        Program.in(folder)
            .run(
                "eval",
                "--json",
                "--data",
                Program.fashion(),
                "--model",
                run.resolve("model.safetensors").toString())
            .succeeds()
            .json();
    assertThat(evaluation.get("accuracy")).isEqualTo(results.get("baseline").get("accuracy"));
    assertThat(evaluation.get("loss")).isEqualTo(results.get("baseline").get("loss"));
  }

  private JsonNode trial(String method, double sparsity) {
    for (JsonNode trial : results.get("trials")) {
      if (trial.get("method").textValue().equals(method)
          && trial.get("sparsity").doubleValue() == sparsity) {
        return trial;
      }
    }
    throw new AssertionError("no trial for " + method + " at " + sparsity);
  }

  /** Weights and biases of a network with two hidden layers of these widths. */
  private static int parameters(int first, int second) {
    return 784 * first + first + first * second + second + second * CLASSES + CLASSES;
  }

  private static List<List<String>> csv(Path file) throws IOException {
    try (CSVParser parser = CSVParser.parse(file, StandardCharsets.UTF_8, CSVFormat.RFC4180)) {
      return parser.stream().map(CSVRecord::toList).toList();
    }
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
