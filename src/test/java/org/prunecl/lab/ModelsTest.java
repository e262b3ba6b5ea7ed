package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.io.Elements;
import org.prunecl.io.Encoding;
import org.prunecl.io.ModelFile;
import org.prunecl.io.Safetensors;
import org.prunecl.io.Tensor;
import org.prunecl.nn.Architecture;
import org.prunecl.nn.ExecutionPlan;
import org.prunecl.nn.Inference;
import org.prunecl.nn.Initializer;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.MlpReference;
import org.prunecl.nn.Network;
import org.prunecl.testing.OpenClTest;

@OpenClTest
final class ModelsTest {
  @TempDir private Path folder;

  @Test
  void a_network_comes_back_from_its_file_as_it_was() {
    List<LayerParameters> layers =
        Network.initialize(
            new Architecture(
                new Architecture.Image(2, 9, 11),
                List.of(new Architecture.Filters(4, 2, 3, 2), new Architecture.Filters(3, 1, 2, 1)),
                List.of(7),
                5,
                true),
            Initializer.PYTORCH,
            3);
    Path file = folder.resolve("model");
    ModelFile.write(file, Models.model(layers, "unit", Map.of()), Encoding.DENSE);
    assertThat(Models.parameters(ModelFile.read(file)))
        .usingRecursiveComparison()
        .isEqualTo(layers);
  }

  /** The order of features across Flatten, the flip of kernels, the edge of pooling: all matter. */
  @ParameterizedTest
  @ValueSource(strings = {"torch-conv", "torch-conv-said"})
  void networks_of_pytorch_give_the_logits_of_pytorch(String name) throws URISyntaxException {
    List<LayerParameters> layers =
        Models.parameters(ModelFile.read(resource(name + ".safetensors")));
    Map<String, float[]> known = floats(resource(name + "-logits.safetensors"));
    int features = layers.get(0).inputFeatures();
    float[] samples = known.get("samples");
    float[] expected = known.get("logits");
    int batch = samples.length / features;
    int classes = expected.length / batch;
    try (DeviceSession session = Fixture.session();
        Network network = Network.of(session.backend(), layers);
        ExecutionPlan plan = ExecutionPlan.dense(network, batch);
        Inference inference = new Inference(plan, batch)) {
      assertThat(inference.run(samples)).containsExactly(expected, within(1e-5f));
    }
    MlpReference reference = new MlpReference(layers);
    for (int first = 0, sample = 0; first < samples.length; first += features, sample++) {
      double[] values = new double[features];
      for (int i = 0; i < features; i++) {
        values[i] = samples[first + i];
      }
      double[] logits = reference.logits(values);
      assertThat(logits).hasSize(classes);
      for (int c = 0; c < classes; c++) {
        assertThat(logits[c]).isCloseTo(expected[sample * classes + c], within(1e-6));
      }
    }
  }

  private static Map<String, float[]> floats(Path file) {
    return Safetensors.read(file).tensors().stream()
        .collect(
            Collectors.toMap(
                Tensor::name, tensor -> ((Elements.Floats) tensor.elements()).values()));
  }

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(ModelsTest.class.getResource("/safetensors/" + name)).toURI());
  }
}
