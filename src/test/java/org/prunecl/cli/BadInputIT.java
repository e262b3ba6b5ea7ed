package org.prunecl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong is said in two lines, with the documented exit code, and leaves no trace. */
final class BadInputIT {
  @TempDir private Path folder;

  @Test
  void a_dataset_that_is_not_there_is_refused() throws IOException {
    refused(ExitCode.INPUT, "nowhere", "train", "--data", "nowhere", "--out", "run");
  }

  @Test
  void a_folder_without_the_four_files_is_refused() throws IOException {
    Files.createDirectory(folder.resolve("empty"));
    assertThat(
            refused(ExitCode.INPUT, "empty", "sweep", "--data", "empty", "--out", "run").remedy())
        .contains("train-images-idx3-ubyte");
  }

  @ParameterizedTest
  @ValueSource(strings = {"train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"})
  void a_truncated_dataset_file_is_refused(String name) throws IOException {
    Path file = tiny().resolve(name);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    refused(ExitCode.INPUT, name, "train", "--data", "tiny", "--out", "run");
  }

  @Test
  void a_model_that_is_not_there_or_no_safetensors_file_is_refused() throws IOException {
    Files.writeString(folder.resolve("text"), "a text that is no model\n");
    for (String model : new String[] {"missing", "text"}) {
      refused(ExitCode.INPUT, model, "eval", "--model", model, "--data", Program.fashion());
      refused(
          ExitCode.INPUT,
          model,
          "prune",
          "--model",
          model,
          "--method",
          "unit",
          "--sparsity",
          "0.5",
          "--out",
          "pruned");
    }
  }

  @Test
  void a_model_whose_shapes_do_not_chain_is_refused() throws IOException {
    Files.write(folder.resolve("broken"), model(3, 4, 2, 3));
    tiny();
    refused(ExitCode.INPUT, "broken", "eval", "--model", "broken", "--data", "tiny");
  }

  @Test
  void a_model_that_does_not_fit_the_dataset_is_refused() throws IOException {
    Files.write(folder.resolve("other"), model(3, 4, 3, 3));
    refused(
        ExitCode.INPUT,
        "784",
        "sweep",
        "--model",
        "other",
        "--data",
        Program.fashion(),
        "--out",
        "run");
  }

  @Test
  void an_unknown_recipe_is_refused_with_the_names_of_those_there_are() throws IOException {
    assertThat(
            refused(ExitCode.INPUT, "no-such", "train", "--recipe", "no-such", "--out", "run")
                .remedy())
        .contains("quick", "keras-mlp", "tf-fashion-mlp", "pytorch-mlp");
  }

  @ParameterizedTest
  @ValueSource(strings = {"epochs: [", "epoch: 3", "epochs: many", "epochs: 0", "just a text"})
  void a_bad_recipe_is_refused(String content) throws IOException {
    Files.writeString(folder.resolve("mine.yaml"), content + "\n");
    refused(ExitCode.INPUT, "mine.yaml", "sweep", "--recipe", "mine.yaml", "--out", "run");
  }

  @ParameterizedTest
  @CsvSource({
    "--sparsities, '0,2'",
    "--sparsities, -0.1",
    "--batch-size, 0",
    "--epochs, -1",
    "--learning-rate, NaN",
    "--learning-rate, 0",
    "--hidden, '10,0'",
    "--seed, one",
    "--normalize, whole",
    "--methods, block",
    "--progress, much"
  })
  void an_option_with_a_bad_value_is_refused(String option, String value) throws IOException {
    refused(
        ExitCode.INPUT, "", "sweep", "--data", Program.fashion(), "--out", "run", option, value);
  }

  @Test
  void bad_sparsities_and_shapes_of_other_commands_are_refused() throws IOException {
    Files.write(folder.resolve("model"), model(3, 4, 3, 3));
    refused(
        ExitCode.INPUT,
        "2",
        "prune",
        "--model",
        "model",
        "--method",
        "unit",
        "--sparsity",
        "2",
        "--out",
        "pruned");
    refused(ExitCode.INPUT, "10by20", "bench", "--shapes", "10by20");
    refused(ExitCode.INPUT, "batch", "bench", "--batch", "0");
    refused(ExitCode.INPUT, "fraction", "bench", "--sparsities", "0.5,1.5");
    refused(ExitCode.INPUT, "model", "bench", "--out", "model");
    refused(ExitCode.SETUP, "no such device", "bench", "--device", "no such device", "--out", "b");
    refused(
        ExitCode.INPUT,
        "sparse",
        "eval",
        "--model",
        "model",
        "--data",
        Program.fashion(),
        "--execution",
        "sparse");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "channel | --selection count | 'channel'",
        "taylor-weight | --data tiny | whole units",
        "2:4 | --selection count | makes no sense",
        "weight | --exclude conv1 | 'conv1'",
        "weight | --fractions 1=0.5 | '1'",
        "weight | --fractions 2=0.5 | Layer 2",
        "weight | --scope network | makes no sense",
        "gradient-unit | --seed 3 | takes gradients",
        "gradient-unit | --data nowhere | nowhere"
      })
  void a_way_of_pruning_that_makes_no_sense_is_refused(String method, String more, String why)
      throws IOException {
    Files.write(folder.resolve("model"), model(3, 4, 3, 3));
    tiny();
    Stream<String> prune =
        Stream.of("prune", "--model", "model", "--sparsity", "0.9", "--out", "p", "--method");
    Stream<String> own = Stream.concat(Stream.of(method), Arrays.stream(more.split(" ", -1)));
    refused(ExitCode.INPUT, why, Stream.concat(prune, own).toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({
    "--exclude, fc9",
    "--fractions, fc9=0.5",
    "--fractions, fc1=2",
    "--schedule, polynomial",
    "--schedule, iterative",
    "--validation-split, 1",
    "--fine-tune-epochs, -1",
    "--rounds, 0",
    "--frequency, 0",
    "--rewind, initial"
  })
  void a_sweep_that_cannot_be_run_is_refused_before_anything_is_trained(String option, String value)
      throws IOException {
    tiny();
    refused(ExitCode.INPUT, "", "sweep", "--data", "tiny", "--out", "run", option, value);
  }

  @Test
  void an_export_of_a_broken_model_or_to_no_encoding_is_refused() throws IOException {
    Files.write(folder.resolve("model"), model(3, 4, 3, 3));
    refused(ExitCode.INPUT, "--encoding", "export", "--model", "model", "--out", "copy");
    String[] export = {"export", "--model", "model", "--out", "copy", "--encoding", "sparse"};
    byte[] plain = Files.readAllBytes(folder.resolve("model"));
    Files.write(folder.resolve("model"), Arrays.copyOf(plain, plain.length - 1));
    refused(ExitCode.INPUT, "model", export);
    Files.delete(folder.resolve("model"));
    refused(ExitCode.INPUT, "model", export);
    Files.write(folder.resolve("model"), plain);
    export[6] = "csr";
    refused(ExitCode.INPUT, "--encoding", export);
    export[6] = "sparse";
    export[4] = "model/copy";
    refused(ExitCode.INPUT, "model/copy", export);
  }

  @Test
  void an_export_as_onnx_is_refused_for_the_same_reasons() throws IOException {
    String[] export = {"export", "--model", "model", "--out", "copy", "--onnx"};
    refused(ExitCode.INPUT, "model", export);
    byte[] plain = model(3, 4, 3, 3);
    Files.write(folder.resolve("model"), Arrays.copyOf(plain, plain.length - 1));
    refused(ExitCode.INPUT, "model", export);
    Files.write(folder.resolve("model"), plain);
    String[] both = {
      "export", "--model", "model", "--out", "copy", "--onnx", "--encoding", "dense"
    };
    assertThat(refused(ExitCode.INPUT, "--onnx", both).remedy()).contains("prunecl export --help");
    export[4] = "model";
    refused(ExitCode.INPUT, "exists", export);
    export[4] = "model/copy";
    refused(ExitCode.INPUT, "model/copy", export);
  }

  @Test
  void wrong_usage_points_to_the_help() throws IOException {
    assertThat(refused(ExitCode.INPUT, "Missing command").remedy()).contains("prunecl --help");
    assertThat(refused(ExitCode.INPUT, "'swep'", "swep").remedy()).contains("Did you mean sweep?");
    assertThat(refused(ExitCode.INPUT, "--epoch", "train", "--epoch", "3").remedy())
        .contains("--epochs", "prunecl train --help");
    assertThat(refused(ExitCode.INPUT, "--model", "eval").remedy()).contains("prunecl eval --help");
  }

  @Test
  void an_out_that_is_a_file_or_lies_below_one_is_refused() throws IOException {
    tiny();
    Files.writeString(folder.resolve("file"), "kept");
    for (String out : new String[] {"file", "file/run"}) {
      refused(ExitCode.INPUT, out, train("--out", out, "--force"));
    }
  }

  @Test
  void a_folder_that_holds_something_is_refused_without_force() throws IOException {
    tiny();
    Files.createDirectory(folder.resolve("run"));
    Files.writeString(folder.resolve("run/notes.txt"), "mine");
    Files.writeString(folder.resolve("run/recipe.yaml"), "old");
    assertThat(refused(ExitCode.INPUT, "not empty", train("--out", "run")).remedy())
        .contains("--force", "--out");
    Program.in(folder).run(train("--out", "run", "--force")).succeeds();
    assertThat(folder.resolve("run/notes.txt")).hasContent("mine");
    assertThat(Files.readString(folder.resolve("run/recipe.yaml"))).contains("name: quick");
    assertThat(folder.resolve("run/model.safetensors")).exists();
  }

  @Test
  void a_model_cannot_be_written_below_a_file() throws IOException {
    Files.write(folder.resolve("model"), model(3, 4, 3, 3));
    refused(
        ExitCode.INPUT,
        "model/pruned",
        "prune",
        "--model",
        "model",
        "--method",
        "unit",
        "--sparsity",
        "0.5",
        "--out",
        "model/pruned");
  }

  @Test
  void a_training_that_diverges_fails_and_leaves_nothing() throws IOException {
    tiny();
    String[] diverging = train("--learning-rate", "1e30", "--epochs", "5", "--out", "runs/new");
    assertThat(refused(ExitCode.RUN, "diverged", diverging).remedy()).contains("--learning-rate");
    Files.createDirectory(folder.resolve("old"));
    Files.writeString(folder.resolve("old/recipe.yaml"), "old");
    diverging[diverging.length - 1] = "old";
    refused(
        ExitCode.RUN,
        "diverged",
        Stream.concat(Arrays.stream(diverging), Stream.of("--force")).toArray(String[]::new));
  }

  @Test
  void verbose_shows_where_it_failed() {
    Program.Outcome outcome =
        Program.in(folder).run("train", "-v", "--recipe", "no-such", "--out", "run");
    assertThat(outcome.exit()).isEqualTo(ExitCode.INPUT);
    assertThat(outcome.err()).contains("\tat org.prunecl.", "\nprunecl: There is no recipe");
  }

  private String[] train(String... more) {
    return Stream.concat(
            Stream.of("train", "--data", "tiny", "--hidden", "3", "--batch-size", "2"),
            Arrays.stream(more))
        .toArray(String[]::new);
  }

  private Path tiny() throws IOException {
    return new TinyDataset(3, 2, 2).write(folder.resolve("tiny"), 20, 6);
  }

  /** A model file of two layers without biases: weights [hidden, in] and [out, inOfSecond]. */
  private static byte[] model(int hidden, int in, int inOfSecond, int out) {
    int first = 4 * hidden * in;
    int end = first + 4 * out * inOfSecond;
    byte[] header =
        """
        {"0.weight":{"dtype":"F32","shape":[%d,%d],"data_offsets":[0,%d]},\
        "2.weight":{"dtype":"F32","shape":[%d,%d],"data_offsets":[%d,%d]}}\
        """
            .formatted(hidden, in, first, out, inOfSecond, first, end)
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + header.length + end).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(header.length).put(header);
    while (file.hasRemaining()) {
      file.putFloat(0.5f);
    }
    return file.array();
  }

  /** Runs the program, which must fail with this code and leave every file as it was. */
  private Program.Outcome refused(int code, String why, String... arguments) throws IOException {
    Map<String, String> before = everything();
    Program.Outcome outcome = Program.in(folder).run(arguments).fails(code, why);
    assertThat(everything()).as("files after %s", outcome.arguments()).isEqualTo(before);
    return outcome;
  }

  private Map<String, String> everything() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        contents.put(
            folder.relativize(path).toString(),
            Files.isDirectory(path) ? "folder" : Arrays.toString(Files.readAllBytes(path)));
      }
    }
    return contents;
  }
}
