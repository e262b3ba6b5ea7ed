package org.prunecl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.prunecl.data.Datasets;
import org.prunecl.data.LabelledImages;
import org.prunecl.io.ModelFile;
import org.prunecl.lab.Models;
import org.prunecl.nn.ExecutionPlan;
import org.prunecl.nn.Inference;
import org.prunecl.nn.Network;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Family;
import org.prunecl.testing.OnnxModel;
import org.prunecl.testing.OpenClTest;
import org.prunecl.testing.TestDevice;

/** A network that the program trained and pruned, exported and run by ONNX Runtime. */
@OpenClTest
@TestInstance(Lifecycle.PER_CLASS)
final class OnnxIT {
  @TempDir private static Path folder;

  private final LabelledImages images =
      Datasets.standard().open(Program.fashion(), (file, done, total) -> {}).test();

  @BeforeAll
  void train() throws IOException {
    train("mlp", "[]", "40,20");
    train(
        "conv",
        "[{filters: 8, kernel: 3, pool: 2}, {filters: 6, kernel: [2, 4]}, {filters: 6, kernel: 3,"
            + " pool: 3}]",
        "20");
  }

  /** Trains a network and prunes it by weight and by unit; the latter masked and compacted. */
  private static void train(String name, String convolutions, String hidden) throws IOException {
    Files.writeString(folder.resolve(name + ".yaml"), "conv: " + convolutions + "\n");
    run(
        "train",
        "--recipe",
        name + ".yaml",
        "--data",
        Program.fashion(),
        "--hidden",
        hidden,
        "--bias",
        "--epochs",
        "4",
        "--batch-size",
        "20",
        "--normalize",
        "half",
        "--out",
        name);
    prune(name, "weight", "0.9", "masked", "--encoding", "sparse");
    prune(name, "unit", "0.4", "units", "--encoding", "dense");
    prune(name, "unit", "0.4", "compacted", "--compact");
  }

  /** Accuracy and loss as the program prints them, and the class of each image on the device. */
  @ParameterizedTest
  @CsvSource({
    "mlp/model.safetensors, dense",
    "mlp-masked.safetensors, csr",
    "mlp-units.safetensors, dense",
    "mlp-compacted.safetensors, dense",
    "conv/model.safetensors, dense",
    "conv-masked.safetensors, csr",
    "conv-units.safetensors, compact",
    "conv-compacted.safetensors, dense"
  })
  void an_exported_network_scores_in_onnx_runtime_what_it_scores_here(String model, String form)
      throws OrtException {
    String exported = model.replace('/', '-') + ".onnx";
    run("export", "--model", model, "--onnx", "--out", exported);
    JsonNode here =
        run("eval", "--json", "--model", model, "--execution", form, "--data", Program.fashion())
            .json();
    try (OnnxModel onnx = new OnnxModel(folder.resolve(exported))) {
      Map<String, String> known = onnx.session().getMetadata().getCustomMetadata();
      float[] inputs =
          inputs(
              Float.parseFloat(known.get("input_scale")),
              Float.parseFloat(known.get("input_shift")));
      float[][] logits = onnx.logits(inputs, images.pixelsPerImage());
      assertThat(Arrays.stream(logits).map(OnnxModel::argmax).toList())
          .isEqualTo(predictions(folder.resolve(model), inputs));
      assertScore(here, logits);
    }
  }

  @Test
  void a_convolutional_network_of_pytorch_is_read_without_metadata()
      throws OrtException, IOException, URISyntaxException {
    Path torch = Path.of(OnnxIT.class.getResource("/safetensors/torch-conv.safetensors").toURI());
    Files.copy(torch, folder.resolve("torch.safetensors"));
    String[] eval = {"eval", "--json", "--model", "torch.safetensors", "--data", Program.fashion()};
    Program.Outcome here = run(eval);
    assertThat(here.err()).contains("taken for", "28×28", "max pooling by [2, 2]");
    run("export", "--model", "torch.safetensors", "--onnx", "--out", "torch.onnx");
    try (OnnxModel onnx = new OnnxModel(folder.resolve("torch.onnx"))) {
      assertScore(here.json(), onnx.logits(inputs(1 / 255f, 0), images.pixelsPerImage()));
    }
  }

  /** Compares accuracy and loss as the program prints them with those of logits. */
  private void assertScore(JsonNode here, float[][] logits) {
    double loss = 0;
    int correct = 0;
    for (int image = 0; image < logits.length; image++) {
      int label = images.label(image);
      correct += OnnxModel.argmax(logits[image]) == label ? 1 : 0;
      loss += crossEntropy(logits[image], label);
    }
    assertThat(here.get("images").intValue()).isEqualTo(images.count()).isEqualTo(100);
    assertThat((double) correct / images.count()).isEqualTo(here.get("accuracy").doubleValue());
    assertThat(loss / images.count()).isCloseTo(here.get("loss").doubleValue(), within(1e-5));
  }

  private List<Integer> predictions(Path model, float[] inputs) {
    Backend backend = TestDevice.backend(Family.of(TestDevice.get().type()));
    try (Network network = Network.of(backend, Models.parameters(ModelFile.read(model)));
        ExecutionPlan plan = ExecutionPlan.dense(network, images.count());
        Inference inference = new Inference(plan, images.count())) {
      float[] logits = inference.run(inputs);
      int classes = network.outputs();
      return IntStream.range(0, images.count())
          .map(i -> OnnxModel.argmax(Arrays.copyOfRange(logits, i * classes, (i + 1) * classes)))
          .boxed()
          .toList();
    }
  }

  /** As an exported file's own metadata says, without any knowledge of the program. */
  private float[] inputs(float scale, float shift) {
    float[] inputs = new float[images.pixels().length];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = Byte.toUnsignedInt(images.pixels()[i]) * scale + shift;
    }
    return inputs;
  }

  private static double crossEntropy(float[] logits, int label) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - logits[label]);
    }
    return Math.log(sum);
  }

  @Test
  void an_export_needs_no_device_and_says_what_the_file_takes() throws IOException {
    Path file = folder.resolve("said.onnx");
    String[] export = {
      "export", "--model", "mlp-masked.safetensors", "--onnx", "--out", "said.onnx"
    };
    Program.Outcome said =
        Program.in(folder).with("PRUNECL_DEVICE", "no such device").run(export).succeeds();
    assertThat(said.err()).isEmpty();
    assertThat(said.out()).startsWith("said.onnx: %,d bytes onnx, ".formatted(Files.size(file)));
    byte[] first = Files.readAllBytes(file);
    JsonNode json =
        run(
                "export",
                "--json",
                "--force",
                "--model",
                "mlp-masked.safetensors",
                "--onnx",
                "--out",
                "said.onnx")
            .json();
    assertThat(json.get("encoding").textValue()).isEqualTo("onnx");
    assertThat(json.get("bytes").longValue()).isEqualTo(Files.size(file));
    assertThat(file).hasBinaryContent(first);
  }

  private static void prune(
      String model, String method, String sparsity, String out, String... more) {
    String[] arguments = {
      "prune",
      "--model",
      model + "/model.safetensors",
      "--method",
      method,
      "--sparsity",
      sparsity,
      "--out",
      model + "-" + out + ".safetensors"
    };
    String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    run(all);
  }

  private static Program.Outcome run(String... arguments) {
    return Program.in(folder).run(arguments).succeeds();
  }
}
