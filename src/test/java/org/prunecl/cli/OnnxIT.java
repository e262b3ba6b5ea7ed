package org.prunecl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
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
  void train() {
    run(
        "train",
        "--data",
        Program.fashion(),
        "--hidden",
        "40,20",
        "--bias",
        "--epochs",
        "4",
        "--batch-size",
        "20",
        "--normalize",
        "half",
        "--out",
        "trained");
    prune("weight", "0.9", "masked.safetensors", "--encoding", "sparse");
    prune("unit", "0.4", "units.safetensors", "--encoding", "dense");
    prune("unit", "0.4", "compacted.safetensors", "--compact");
  }

  /** Accuracy and loss as the program prints them, and the class of each image on the device. */
  @ParameterizedTest
  @CsvSource({
    "trained/model.safetensors, dense",
    "masked.safetensors, csr",
    "units.safetensors, dense",
    "compacted.safetensors, dense"
  })
  void an_exported_network_scores_in_onnx_runtime_what_it_scores_here(String model, String form)
      throws OrtException {
    String exported = model.replace('/', '-') + ".onnx";
    run("export", "--model", model, "--onnx", "--out", exported);
    JsonNode here =
        run("eval", "--json", "--model", model, "--execution", form, "--data", Program.fashion())
            .json();
    double loss = 0;
    int correct = 0;
    try (OnnxModel onnx = new OnnxModel(folder.resolve(exported))) {
      Map<String, String> known = onnx.session().getMetadata().getCustomMetadata();
      float[] inputs = inputs(known);
      float[][] logits = onnx.logits(inputs, images.pixelsPerImage());
      assertThat(Arrays.stream(logits).map(OnnxModel::argmax).toList())
          .isEqualTo(predictions(folder.resolve(model), inputs));
      for (int image = 0; image < logits.length; image++) {
        int label = images.label(image);
        correct += OnnxModel.argmax(logits[image]) == label ? 1 : 0;
        loss += crossEntropy(logits[image], label);
      }
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

  /** As the file's own metadata says, without any knowledge of the program. */
  private float[] inputs(Map<String, String> properties) {
    float scale = Float.parseFloat(properties.get("input_scale"));
    float shift = Float.parseFloat(properties.get("input_shift"));
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
    String[] export = {"export", "--model", "masked.safetensors", "--onnx", "--out", "said.onnx"};
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
                "masked.safetensors",
                "--onnx",
                "--out",
                "said.onnx")
            .json();
    assertThat(json.get("encoding").textValue()).isEqualTo("onnx");
    assertThat(json.get("bytes").longValue()).isEqualTo(Files.size(file));
    assertThat(file).hasBinaryContent(first);
  }

  private static void prune(String method, String sparsity, String out, String... more) {
    String[] arguments = {
      "prune",
      "--model",
      "trained/model.safetensors",
      "--method",
      method,
      "--sparsity",
      sparsity,
      "--out",
      out
    };
    String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    run(all);
  }

  private static Program.Outcome run(String... arguments) {
    return Program.in(folder).run(arguments).succeeds();
  }
}
