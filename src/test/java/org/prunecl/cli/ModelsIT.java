package org.prunecl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Networks in files: trained, evaluated in every form, pruned, swept, and PyTorch's. */
@TestInstance(Lifecycle.PER_CLASS)
final class ModelsIT {
  private static final List<String> FORMS = List.of("dense", "csr", "compact");

  @TempDir private static Path folder;
  private String model;
  private Program.Outcome training;

  @BeforeAll
  void train() {
    training =
        run(
            "train",
            "--json",
            "--data",
            Program.fashion(),
            "--hidden",
            "20,10",
            "--bias",
            "--epochs",
            "2",
            "--batch-size",
            "100",
            "--normalize",
            "half",
            "--recipe",
            "pytorch-mlp",
            "--out",
            "trained");
    model = folder.resolve("trained/model.safetensors").toString();
  }

  @Test
  void training_leaves_a_run_folder_without_trials() throws IOException {
    assertThat(folder.resolve("trained").toFile().list())
        .containsExactlyInAnyOrder(
            "recipe.yaml",
            "run.json",
            "history.csv",
            "events",
            "model.safetensors",
            "results.json",
            "results.csv",
            "samples.png",
            "samples.svg");
    JsonNode results = training.json();
    assertThat(results).isEqualTo(Program.json(folder.resolve("trained/results.json")));
    assertThat(results.get("trials")).isEmpty();
    assertThat(results.get("crossover")).isEmpty();
    assertThat(results.get("recipe").get("initializer").textValue()).isEqualTo("pytorch");
    assertThat(results.get("recipe").get("epochs").intValue()).isEqualTo(2);
    assertThat(results.get("baseline").get("parameters").intValue())
        .isEqualTo(784 * 20 + 20 + 20 * 10 + 10 + 10 * 10 + 10);
    assertThat(Files.readAllLines(folder.resolve("trained/results.csv"))).hasSize(1);
  }

  @Test
  void a_model_is_evaluated_alike_in_every_form_and_normalised_as_it_was_trained() {
    JsonNode baseline = training.json().get("baseline");
    for (String form : FORMS) {
      JsonNode evaluation = evaluate(model, form);
      assertThat(evaluation.get("accuracy")).isEqualTo(baseline.get("accuracy"));
      assertThat(evaluation.get("loss").doubleValue())
          .isCloseTo(baseline.get("loss").doubleValue(), within(1e-5));
      assertThat(evaluation.get("images").intValue()).isEqualTo(100);
      assertThat(evaluation.get("execution").textValue()).isEqualTo(form);
    }
    assertThat(evaluate(model, "dense").get("forms"))
        .extracting(JsonNode::textValue)
        .containsExactly("dense", "dense", "dense");
  }

  @Test
  void another_normalisation_can_be_asked_for() {
    assertThat(evaluate(model, "dense", "--normalize", "unit").get("loss"))
        .isNotEqualTo(evaluate(model, "dense").get("loss"));
  }

  @Test
  void an_evaluation_is_one_line_for_people() {
    assertThat(run("eval", "--model", model, "--data", Program.fashion()).out())
        .matches("accuracy 0\\.\\d{4}, loss \\d\\.\\d{4} on 100 images \\(dense\\)\\R");
  }

  @Test
  void pruned_weights_are_zeros_in_a_file_of_the_same_shape() {
    JsonNode summary =
        run(
                "prune",
                "--json",
                "--model",
                model,
                "--method",
                "weight",
                "--sparsity",
                "0.8",
                "--out",
                "weights.safetensors")
            .json();
    int pruned = (int) (784 * 20 * 0.8) + (int) (20 * 10 * 0.8);
    int parameters = 784 * 20 + 20 + 20 * 10 + 10 + 10 * 10 + 10;
    assertThat(summary.get("method").textValue()).isEqualTo("weight");
    assertThat(summary.get("sparsity").doubleValue()).isEqualTo(0.8);
    assertThat(summary.get("parameters").intValue()).isEqualTo(parameters);
    assertThat(summary.get("nonzero").intValue()).isEqualTo(parameters - pruned);
    assertThat(evaluate("weights.safetensors", "csr").get("accuracy"))
        .isEqualTo(evaluate("weights.safetensors", "dense").get("accuracy"));
  }

  @Test
  void every_way_of_pruning_is_open_to_the_command_line() {
    JsonNode shares =
        pruned("random-weight", "0.5", "--fractions", "fc1=0.9", "--exclude", "fc2", "--seed", "3");
    int parameters = 784 * 20 + 20 + 20 * 10 + 10 + 10 * 10 + 10;
    assertThat(shares.get("nonzero").intValue()).isEqualTo(parameters - (int) (784 * 20 * 0.9));
    assertThat(shares.get("achieved_sparsity").doubleValue()).isEqualTo(0.9);
    JsonNode global =
        pruned("gradient-weight", "0.5", "--data", Program.fashion(), "--scope", "global");
    assertThat(global.get("method").textValue()).isEqualTo("gradient-weight");
    assertThat(global.get("achieved_sparsity").doubleValue()).isGreaterThanOrEqualTo(0.5);
    JsonNode four = pruned("2:4", "0.5", "--include-output");
    // Of ten inputs 2 + 2 + 2 stay: of the last two both.
    assertThat(four.get("nonzero").intValue()).isEqualTo(784 * 10 + 20 * 5 + 10 * 6 + 40);
  }

  private JsonNode pruned(String method, String sparsity, String... more) {
    return run(with(
            more,
            "prune",
            "--json",
            "--model",
            model,
            "--method",
            method,
            "--sparsity",
            sparsity,
            "--force",
            "--out",
            "ways.safetensors"))
        .json();
  }

  @Test
  void a_sparse_file_gives_the_same_results_and_the_same_dense_file_again() throws IOException {
    prune("weight", "0.9", "plain.safetensors");
    Path plain = folder.resolve("plain.safetensors");
    JsonNode file =
        run(
                "prune",
                "--json",
                "--model",
                model,
                "--method",
                "weight",
                "--sparsity",
                "0.9",
                "--encoding",
                "sparse",
                "--out",
                "sparse.safetensors")
            .json()
            .get("file");
    Path sparse = folder.resolve("sparse.safetensors");
    assertThat(file.get("encoding").textValue()).isEqualTo("sparse");
    assertThat(file.get("bytes").longValue()).isEqualTo(Files.size(sparse));
    assertThat(file.get("dense_bytes").longValue()).isEqualTo(Files.size(plain));
    assertThat(Files.size(sparse)).isLessThan(Files.size(plain) * 17 / 100);
    assertThat(evaluate(sparse.toString(), "dense")).isEqualTo(evaluate(plain.toString(), "dense"));

    // Neither direction needs a device: there is none of that name.
    Program.Outcome line =
        Program.in(folder)
            .with("PRUNECL_DEVICE", "no such device")
            .run("export", "--model", "sparse.safetensors", "--out", "back", "--encoding", "dense")
            .succeeds();
    assertThat(line.err()).isEmpty();
    assertThat(line.out())
        .isEqualTo(
            "back: %1$,d bytes dense, 100.0 %% of the dense encoding's %1$,d%n"
                .formatted(Files.size(plain)));
    assertThat(folder.resolve("back")).hasSameBinaryContentAs(plain);
    JsonNode size =
        run(
                "export",
                "--json",
                "--model",
                "plain.safetensors",
                "--out",
                "again",
                "--encoding",
                "sparse")
            .json();
    assertThat(size).isEqualTo(file);
    assertThat(folder.resolve("again")).hasSameBinaryContentAs(sparse);
  }

  @Test
  void an_export_replaces_a_file_by_force_alone_even_its_own_model() throws IOException {
    Path file = Files.copy(Path.of(model), folder.resolve("itself.safetensors"));
    String[] export = {
      "export", "--model", file.toString(), "--out", file.toString(), "--encoding", "sparse"
    };
    Program.in(folder).run(export).fails(ExitCode.INPUT, "exists");
    assertThat(file).hasSameBinaryContentAs(Path.of(model));
    run(with(new String[] {"--force"}, export));
    assertThat(evaluate(file.toString(), "dense")).isEqualTo(evaluate(model, "dense"));
  }

  @Test
  void compacting_pruned_units_shrinks_the_file_and_keeps_the_accuracy() throws IOException {
    prune("unit", "0.5", "units.safetensors");
    prune("unit", "0.5", "compacted.safetensors", "--compact");
    JsonNode masked = evaluate("units.safetensors", "dense");
    JsonNode compacted = evaluate("compacted.safetensors", "dense");
    assertThat(compacted.get("accuracy")).isEqualTo(masked.get("accuracy"));
    assertThat(compacted.get("loss").doubleValue())
        .isCloseTo(masked.get("loss").doubleValue(), within(1e-5));
    assertThat(Files.size(folder.resolve("compacted.safetensors")))
        .isLessThan(Files.size(folder.resolve("units.safetensors")) * 6 / 10);
  }

  @Test
  void an_existing_file_is_replaced_by_force_alone() throws IOException {
    Path file = Files.writeString(folder.resolve("taken.safetensors"), "kept");
    String[] prune = {
      "prune", "--model", model, "--method", "unit", "--sparsity", "0.5", "--out", file.toString()
    };
    Program.in(folder).run(prune).fails(ExitCode.INPUT, "exists");
    assertThat(file).hasContent("kept");
    prune("unit", "0.5", file.toString(), "--force");
    assertThat(file.toFile()).isFile();
    assertThat(evaluate(file.toString(), "dense").get("images").intValue()).isEqualTo(100);
  }

  @Test
  void a_saved_model_is_swept_without_training() throws IOException {
    JsonNode results =
        run(
                "sweep",
                "--json",
                "--model",
                model,
                "--data",
                Program.fashion(),
                "--sparsities",
                "0,0.5",
                "--methods",
                "unit",
                "--out",
                "swept")
            .json();
    JsonNode baseline = results.get("baseline");
    assertThat(baseline.get("train_seconds").isNull()).isTrue();
    assertThat(baseline.get("seconds_per_step").isNull()).isTrue();
    assertThat(baseline.get("accuracy")).isEqualTo(training.json().get("baseline").get("accuracy"));
    assertThat(results.get("recipe").get("normalize").textValue()).isEqualTo("half");
    assertThat(results.get("recipe").get("hidden").toString()).isEqualTo("[20,10]");
    assertThat(results.get("trials")).hasSize(2);
    assertThat(results.get("crossover")).hasSize(2);
    assertThat(Files.readAllLines(folder.resolve("swept/history.csv"))).hasSize(1);
    assertThat(folder.resolve("swept/events")).as("curves of no training").doesNotExist();
    assertThat(folder.resolve("swept/model.safetensors"))
        .as("weights and where they came from")
        .hasSameBinaryContentAs(Path.of(model));
  }

  /** A file as safetensors.torch.save_file writes nn.Sequential(Linear, ReLU, Linear), by hand. */
  @Test
  void a_model_that_pytorch_saved_gives_what_plain_arithmetic_gives() throws IOException {
    TinyDataset tiny = new TinyDataset(3, 2, 2);
    Path data = tiny.write(folder.resolve("three"), 12, 9);
    float[] b0 = {0.1f, -0.2f, 0.3f, 0, 0.05f};
    float[] b2 = {-0.1f, 0.2f, 0.1f};
    float[] w0 = wave(5 * 4, 1.7);
    float[] w2 = wave(3 * 5, 0.9);
    ByteBuffer data32 = ByteBuffer.allocate(4 * (5 + 20 + 3 + 15)).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] tensor : new float[][] {b0, w0, b2, w2}) {
      for (float value : tensor) {
        data32.putFloat(value);
      }
    }
    String header =
        """
        {"__metadata__":{"format":"pt"},\
        "0.bias":{"dtype":"F32","shape":[5],"data_offsets":[0,20]},\
        "0.weight":{"dtype":"F32","shape":[5,4],"data_offsets":[20,100]},\
        "2.bias":{"dtype":"F32","shape":[3],"data_offsets":[100,112]},\
        "2.weight":{"dtype":"F32","shape":[3,5],"data_offsets":[112,172]}}\
        """;
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    byte[] file =
        ByteBuffer.allocate(8 + json.length + data32.capacity())
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json)
            .put(data32.array())
            .array();
    Files.write(folder.resolve("sequential.safetensors"), file);

    double loss = 0;
    int correct = 0;
    for (int image = 0; image < 9; image++) {
      double[] x = new double[4];
      for (int pixel = 0; pixel < 4; pixel++) {
        x[pixel] = tiny.pixel(image, pixel) / 255.0;
      }
      double[] hidden = layer(w0, b0, x);
      for (int i = 0; i < hidden.length; i++) {
        hidden[i] = Math.max(0, hidden[i]);
      }
      double[] logits = layer(w2, b2, hidden);
      double sum = 0;
      int best = 0;
      for (int i = 0; i < logits.length; i++) {
        sum += Math.exp(logits[i]);
        best = logits[i] > logits[best] ? i : best;
      }
      loss += (Math.log(sum) - logits[tiny.label(image)]) / 9;
      correct += best == tiny.label(image) ? 1 : 0;
    }
    for (String form : FORMS) {
      JsonNode evaluation =
          run(
                  "eval",
                  "--json",
                  "--model",
                  "sequential.safetensors",
                  "--execution",
                  form,
                  "--data",
                  data.toString())
              .json();
      assertThat(evaluation.get("loss").doubleValue()).as(form).isCloseTo(loss, within(1e-5));
      assertThat(evaluation.get("accuracy").doubleValue()).isEqualTo(correct / 9.0);
    }
  }

  private static float[] wave(int count, double step) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.sin(step * (i + 1));
    }
    return values;
  }

  private static double[] layer(float[] weights, float[] bias, double[] inputs) {
    double[] outputs = new double[bias.length];
    for (int row = 0; row < outputs.length; row++) {
      outputs[row] = bias[row];
      for (int column = 0; column < inputs.length; column++) {
        outputs[row] += weights[row * inputs.length + column] * inputs[column];
      }
    }
    return outputs;
  }

  private void prune(String method, String sparsity, String out, String... more) {
    run(
        with(
            more,
            "prune",
            "--model",
            model,
            "--method",
            method,
            "--sparsity",
            sparsity,
            "--out",
            out));
  }

  private static JsonNode evaluate(String file, String form, String... more) {
    return run(with(
            more,
            "eval",
            "--json",
            "--model",
            file,
            "--execution",
            form,
            "--data",
            Program.fashion()))
        .json();
  }

  private static String[] with(String[] more, String... arguments) {
    return Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray(String[]::new);
  }

  private static Program.Outcome run(String... arguments) {
    return Program.in(folder).run(arguments).succeeds();
  }
}
