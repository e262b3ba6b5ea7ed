package org.prunecl.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.testing.OnnxModel;

/** What ONNX Runtime computes of exported networks with convolutions. */
final class OnnxConvTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"torch-conv", "torch-conv-said"})
  void networks_of_pytorch_give_the_logits_of_pytorch(String name)
      throws URISyntaxException, OrtException {
    ModelWeights network = ModelFile.read(SafetensorsTest.resource(name + ".safetensors"));
    Map<String, Tensor> known =
        Safetensors.read(SafetensorsTest.resource(name + "-logits.safetensors")).tensors().stream()
            .collect(Collectors.toMap(Tensor::name, tensor -> tensor));
    float[] expected = SafetensorsTest.floats(known.get("logits"));
    Path file = folder.resolve("model.onnx");
    ModelSize size = OnnxFile.write(file, network, "1", Map.of());
    assertThat(size.bytes()).isEqualTo(file.toFile().length());
    assertThat(size.denseBytes()).isEqualTo(ModelSize.of(network, Encoding.DENSE).bytes());
    try (OnnxModel model = new OnnxModel(file)) {
      float[][] logits =
          model.logits(SafetensorsTest.floats(known.get("samples")), network.inputs());
      assertThat(logits).hasDimensions(3, network.classes());
      for (int sample = 0; sample < logits.length; sample++) {
        int first = sample * network.classes();
        assertThat(logits[sample])
            .containsExactly(
                Arrays.copyOfRange(expected, first, first + network.classes()), within(1e-5f));
      }
      assertThat(model.session().getMetadata().getDescription())
          .startsWith("A convolutional network.");
      assertThat(model.session().getMetadata().getCustomMetadata())
          .containsEntry("prunecl", ModelMetadata.of(network).toJson());
    }
  }

  @Test
  void a_network_may_end_with_a_convolution_and_go_on_with_one_after_another_layer()
      throws OrtException {
    // ReLU of 2x as an image of 1×2, then x0 − x1 + 1, which may be negative.
    LayerWeights first = new LayerWeights("a", 2, 2, new float[] {2, 0, 0, 2}, null);
    LayerWeights last =
        new LayerWeights(
            "b", 1, 2, new float[] {1, -1}, new float[] {1}, new ConvGeometry(1, 1, 2, 1, 2, 1));
    Path file = folder.resolve("model.onnx");
    OnnxFile.write(file, new ModelWeights(List.of(first, last), null, Map.of()), "1", Map.of());
    try (OnnxModel model = new OnnxModel(file)) {
      assertThat(model.logits(new float[] {3, 1, 1, 4, 1, -1}, 2))
          .isDeepEqualTo(new float[][] {{5}, {-5}, {3}});
    }
  }

  @Test
  void pooling_after_the_last_convolution_takes_negative_values_too() throws OrtException {
    LayerWeights only =
        new LayerWeights("", 2, 1, new float[] {1, -1}, null, new ConvGeometry(1, 2, 3, 1, 1, 2));
    Path file = folder.resolve("model.onnx");
    OnnxFile.write(file, new ModelWeights(List.of(only), null, Map.of()), "1", Map.of());
    try (OnnxModel model = new OnnxModel(file)) {
      assertThat(model.logits(new float[] {-5, -2, 9, -3, -4, 9}, 6))
          .isDeepEqualTo(new float[][] {{-2, 5}});
    }
  }
}
