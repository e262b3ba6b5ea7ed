package org.prunecl.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxModelMetadata;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.prunecl.PruneClException.Kind;
import org.prunecl.testing.OnnxModel;

/** What ONNX Runtime finds in exported models; what they compute is OnnxExportTest's. */
final class OnnxFileTest {
  private static final LayerWeights FIRST =
      new LayerWeights("fc1", 2, 3, new float[] {1, 0, 2, 0, -1, 0}, new float[] {0.5f, 0.25f});
  private static final LayerWeights LAST =
      new LayerWeights("fc2", 2, 2, new float[] {1, 2, 3, 4}, null);
  private static final ModelWeights MLP =
      new ModelWeights(List.of(FIRST, LAST), "half", Map.of("recipe", "quick"));

  @TempDir private Path folder;

  @Test
  void a_model_says_who_made_it_what_it_takes_and_what_it_gives() throws OrtException, IOException {
    Path file = folder.resolve("new/model.onnx");
    ModelSize size = OnnxFile.write(file, MLP, "1.2.3", Map.of("normalize", "half"));
    assertThat(size.encoding()).isEqualTo("onnx");
    assertThat(size.bytes()).isEqualTo(Files.size(file));
    assertThat(size.denseBytes()).isEqualTo(ModelSize.of(MLP, Encoding.DENSE).bytes());
    try (OnnxModel model = new OnnxModel(file)) {
      OnnxModelMetadata metadata = model.session().getMetadata();
      assertThat(metadata.getProducerName()).isEqualTo("PruneCL");
      assertThat(metadata.getDescription()).contains("samples", "logits", "normalize=half");
      assertThat(metadata.getCustomMetadata())
          .containsOnly(
              Map.entry("normalize", "half"), Map.entry("prunecl", ModelMetadata.of(MLP).toJson()));
      value(model.session().getInputInfo(), "samples", 3);
      value(model.session().getOutputInfo(), "logits", 2);
    }
    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).contains("1.2.3");
  }

  private static void value(Map<String, NodeInfo> values, String name, int columns) {
    assertThat(values).containsOnlyKeys(name);
    TensorInfo info = (TensorInfo) values.get(name).getInfo();
    assertThat(info.type).isEqualTo(OnnxJavaType.FLOAT);
    assertThat(info.getShape()).containsExactly(-1, columns);
    assertThat(info.getDimensionNames()).containsExactly("batch", "");
  }

  @Test
  void a_hand_computed_network_comes_out_at_any_batch_size() throws OrtException {
    Path file = folder.resolve("model.onnx");
    OnnxFile.write(file, MLP, "1", Map.of());
    try (OnnxModel model = new OnnxModel(file)) {
      // Hidden sums 1·1 + 2·3 + 0.5 = 7.5 and −2 + 0.25, which ReLU makes 0.
      assertThat(model.logits(new float[] {1, 2, 3}, 3))
          .isDeepEqualTo(new float[][] {{7.5f, 22.5f}});
      // Hidden sums 0.5 and 1.25; the last layer's logits may be negative, the hidden may not.
      float[][] two = model.logits(new float[] {1, 2, 3, 0, -1, 0}, 3);
      assertThat(two).isDeepEqualTo(new float[][] {{7.5f, 22.5f}, {3, 6.5f}});
    }
  }

  @Test
  void logits_may_be_negative() throws OrtException {
    Path file = folder.resolve("model.onnx");
    LayerWeights only = new LayerWeights("", 1, 1, new float[] {-3}, new float[] {1});
    OnnxFile.write(file, new ModelWeights(List.of(only), null, Map.of()), "1", Map.of());
    try (OnnxModel model = new OnnxModel(file)) {
      assertThat(model.logits(new float[] {2}, 1)).isDeepEqualTo(new float[][] {{-5}});
    }
  }

  @Test
  void equal_networks_give_equal_files() {
    Map<String, String> properties = new TreeMap<>(Map.of("a", "1", "b", "2"));
    OnnxFile.write(folder.resolve("one"), MLP, "1", properties);
    OnnxFile.write(folder.resolve("other"), MLP, "1", properties);
    assertThat(folder.resolve("one")).hasSameBinaryContentAs(folder.resolve("other"));
  }

  @Test
  void a_network_that_the_format_cannot_hold_is_refused() {
    // 513 layers of 4 MiB, one array for all.
    float[] weight = new float[1 << 20];
    Arrays.fill(weight, 1);
    List<LayerWeights> layers =
        IntStream.range(0, 513)
            .mapToObj(i -> new LayerWeights("fc" + i, 1 << 10, 1 << 10, weight, null))
            .toList();
    Path file = folder.resolve("large.onnx");
    FileException refused =
        catchThrowableOfType(
            FileException.class,
            () -> OnnxFile.write(file, new ModelWeights(layers, null, Map.of()), "1", Map.of()));
    assertThat(refused.kind()).isEqualTo(Kind.INPUT);
    assertThat(refused).hasMessageContaining("large.onnx").hasMessageContaining("2147483647");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_place_that_cannot_be_written_is_refused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "kept");
    FileException refused =
        catchThrowableOfType(
            FileException.class,
            () -> OnnxFile.write(file.resolve("model.onnx"), MLP, "1", Collections.emptyMap()));
    assertThat(refused.kind()).isEqualTo(Kind.INPUT);
    assertThat(file).hasContent("kept");
  }
}
