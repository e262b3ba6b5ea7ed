package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.prunecl.data.Datasets;
import org.prunecl.data.LabelledImages;
import org.prunecl.data.Normalization;
import org.prunecl.io.Encoding;
import org.prunecl.io.ModelFile;
import org.prunecl.io.ModelWeights;
import org.prunecl.io.OnnxFile;
import org.prunecl.nn.Architecture;
import org.prunecl.nn.ExecutionPlan;
import org.prunecl.nn.Inference;
import org.prunecl.nn.Initializer;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.MlpReference;
import org.prunecl.nn.Network;
import org.prunecl.prune.Compaction;
import org.prunecl.testing.Draw;
import org.prunecl.testing.OnnxModel;
import org.prunecl.testing.OpenClTest;

/** Exported networks as ONNX Runtime runs them, beside float64 and the device. */
@OpenClTest
final class OnnxExportTest {
  private static final int BATCH = 1000;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"false, 0", "true, 0", "false, 0.9", "true, 0.9", "true, 1"})
  void onnx_runtime_gives_the_logits_of_a_float64_network(boolean bias, double zeros)
      throws OrtException {
    Draw draw = new Draw("onnx " + bias + zeros);
    List<Integer> hidden = new ArrayList<>();
    for (int layer = draw.index(4); layer > 0; layer--) {
      hidden.add(draw.size());
    }
    List<LayerParameters> layers = network(draw, draw.size(), hidden, 1 + draw.index(12), bias);
    layers.forEach(layer -> draw.sparsen(layer.weights(), zeros));
    compare(draw, layers, layers);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void a_compacted_network_gives_the_logits_of_the_masked_one(boolean bias) throws OrtException {
    Draw draw = new Draw("onnx compacted " + bias);
    List<LayerParameters> masked = network(draw, 31, List.of(64, 47), 10, bias);
    for (LayerParameters layer : masked.subList(0, 2)) {
      for (int unit = 0; unit < layer.outputs(); unit += 1 + draw.index(3)) {
        Arrays.fill(layer.weights(), unit * layer.inputs(), (unit + 1) * layer.inputs(), 0);
        if (bias) {
          layer.bias()[unit] = 0;
        }
      }
    }
    List<LayerParameters> compacted = Compaction.compact(masked);
    assertThat(compacted.get(0).outputs()).isLessThan(masked.get(0).outputs());
    compare(draw, compacted, masked);
  }

  @ParameterizedTest
  @CsvSource({"false, 0", "true, 0", "false, 0.9", "true, 0.9", "true, 1"})
  void onnx_runtime_gives_the_logits_of_a_float64_network_with_convolutions(
      boolean bias, double zeros) throws OrtException {
    Draw draw = new Draw("onnx conv " + bias + zeros);
    for (int round = 0; round < 5; round++) {
      List<LayerParameters> layers = convolutions(draw, bias);
      layers.forEach(layer -> draw.sparsen(layer.weights(), zeros));
      compare(draw, layers, layers);
    }
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void a_compacted_network_with_convolutions_gives_the_logits_of_the_masked_one(boolean bias)
      throws OrtException {
    Draw draw = new Draw("onnx conv compacted " + bias);
    for (int round = 0; round < 5; round++) {
      List<LayerParameters> masked = convolutions(draw, bias);
      for (LayerParameters layer : masked.subList(0, masked.size() - 1)) {
        // Biases stay: dead filters give constants.
        int dead = draw.index(layer.outputs());
        Arrays.fill(layer.weights(), dead * layer.inputs(), (dead + 1) * layer.inputs(), 0);
      }
      List<LayerParameters> compacted = Compaction.compact(masked);
      assertThat(compacted.get(0).outputs()).isLessThan(masked.get(0).outputs());
      compare(draw, compacted, masked);
    }
  }

  /** One or two convolutions, for which 10 × 10 is enough, and one or two other layers. */
  private static List<LayerParameters> convolutions(Draw draw, boolean bias) {
    Architecture.Image image =
        new Architecture.Image(1 + draw.index(3), 10 + draw.index(6), 10 + draw.index(6));
    List<Architecture.Filters> filters = new ArrayList<>();
    for (int i = 1 + draw.index(2); i > 0; i--) {
      filters.add(
          new Architecture.Filters(
              2 + draw.index(6), 1 + draw.index(3), 1 + draw.index(3), 1 + draw.index(2)));
    }
    List<Integer> hidden = draw.chance() ? List.of() : List.of(2 + draw.index(20));
    Architecture architecture = new Architecture(image, filters, hidden, 1 + draw.index(12), bias);
    return Network.initialize(architecture, Initializer.PYTORCH, draw.index(1 << 30));
  }

  private static List<LayerParameters> network(
      Draw draw, int inputs, List<Integer> hidden, int classes, boolean bias) {
    return Network.initialize(
        inputs, hidden, classes, bias, Initializer.PYTORCH, draw.index(1 << 30));
  }

  /** Exports one network and compares what it computes with the other in float64. */
  private void compare(Draw draw, List<LayerParameters> exported, List<LayerParameters> expected)
      throws OrtException {
    MlpReference reference = new MlpReference(expected);
    int features = expected.get(0).inputFeatures();
    try (OnnxModel model = export(exported, Encoding.DENSE)) {
      for (int batch : new int[] {1, 1 + draw.index(40)}) {
        float[] samples = draw.values(batch * features);
        float[][] logits = model.logits(samples, features);
        assertThat(logits).hasDimensions(batch, expected.get(expected.size() - 1).outputs());
        for (int s = 0; s < batch; s++) {
          double[] sample = new double[features];
          for (int f = 0; f < features; f++) {
            sample[f] = samples[s * features + f];
          }
          double[] right = reference.logits(sample);
          for (int c = 0; c < right.length; c++) {
            assertThat((double) logits[s][c])
                .as("batch %d, sample %d, class %d, %s", batch, s, c, widths(exported))
                .isCloseTo(right[c], within(1e-4));
          }
          assertThat(right[OnnxModel.argmax(logits[s])])
              .as("the prediction's logit")
              .isCloseTo(Arrays.stream(right).max().orElseThrow(), within(1e-5));
        }
      }
    }
  }

  private static List<String> widths(List<LayerParameters> layers) {
    return layers.stream().map(layer -> layer.outputs() + "×" + layer.inputs()).toList();
  }

  /** Through a safetensors file, as the program does. */
  private OnnxModel export(List<LayerParameters> layers, Encoding encoding) throws OrtException {
    Path saved = folder.resolve("model.safetensors");
    ModelFile.write(saved, Models.model(layers, "unit", Map.of()), encoding);
    ModelWeights network = ModelFile.read(saved);
    Path file = folder.resolve("model.onnx");
    OnnxFile.write(file, network, "1", Models.inputProperties(network));
    return new OnnxModel(file);
  }

  @Test
  void the_properties_tell_how_a_pixel_becomes_an_input() {
    List<LayerParameters> layers = List.of(new LayerParameters("a", 1, 1, new float[] {1}, null));
    assertThat(Models.inputProperties(Models.model(layers, null, Map.of()))).isEmpty();
    Map<String, String> half = Models.inputProperties(Models.model(layers, "half", Map.of()));
    assertThat(half).containsOnlyKeys("normalize", "input_scale", "input_shift");
    assertThat(half).containsEntry("normalize", "half");
    float scale = Float.parseFloat(half.get("input_scale"));
    float shift = Float.parseFloat(half.get("input_shift"));
    assertThat(0 * scale + shift).isEqualTo(-1);
    assertThat(255 * scale + shift).isCloseTo(1, within(1e-6f));
  }

  /**
   * The default network at its size, and one of two convolutions; random weights, since training
   * would take its time.
   */
  @ParameterizedTest
  @CsvSource({
    "0, DENSE, false, false",
    "0.9, DENSE, false, false",
    "0.9, SPARSE, false, false",
    "0.9, DENSE, true, false",
    "0, DENSE, false, true",
    "0.6, SPARSE, false, true",
    "0.6, DENSE, true, true"
  })
  void all_test_images_are_classified_as_the_device_classifies_them(
      double zeros, Encoding encoding, boolean compact, boolean convolutions) throws OrtException {
    LabelledImages images =
        Datasets.standard().open("fashion-mnist", (file, done, total) -> {}).test();
    Draw draw = new Draw("onnx fashion-mnist " + zeros + encoding + compact + convolutions);
    List<LayerParameters> layers =
        convolutions
            ? convolutions(draw, images)
            : network(draw, images.pixelsPerImage(), List.of(1000, 1000, 500, 200), 10, compact);
    for (LayerParameters layer : layers.subList(0, layers.size() - 1)) {
      if (compact) {
        pruneUnits(draw, layer, zeros);
      } else {
        draw.sparsen(layer.weights(), zeros);
      }
    }
    if (compact) {
      layers = Compaction.compact(layers);
    }
    layers.forEach(OnnxExportTest::keepVariance);
    int classified = 0;
    try (DeviceSession session = Fixture.session();
        Network network = Network.of(session.backend(), layers);
        ExecutionPlan plan = ExecutionPlan.dense(network, BATCH);
        Inference inference = new Inference(plan, BATCH);
        OnnxModel model = export(layers, encoding)) {
      for (int first = 0; first < images.count(); first += BATCH) {
        float[] inputs = inputs(images, first);
        classified +=
            agree(inference.run(inputs), model.logits(inputs, images.pixelsPerImage()), first);
      }
    }
    assertThat(images.count()).isEqualTo(10_000);
    assertThat(classified).as("images without a near tie").isGreaterThan(9_800);
  }

  private static List<LayerParameters> convolutions(Draw draw, LabelledImages images) {
    Architecture architecture =
        new Architecture(
            new Architecture.Image(1, images.rows(), images.columns()),
            List.of(new Architecture.Filters(12, 3, 3, 2), new Architecture.Filters(10, 2, 4, 1)),
            List.of(50),
            10,
            true);
    return Network.initialize(architecture, Initializer.PYTORCH, draw.index(1 << 30));
  }

  /** Scales a layer so that logits spread like its inputs (He et al., 2015), however sparse. */
  private static void keepVariance(LayerParameters layer) {
    double squares = 0;
    for (float weight : layer.weights()) {
      squares += (double) weight * weight;
    }
    float scale = (float) Math.sqrt(2 * layer.outputs() / squares);
    for (int i = 0; i < layer.weights().length; i++) {
      layer.weights()[i] *= scale;
    }
  }

  private static void pruneUnits(Draw draw, LayerParameters layer, double share) {
    int[] order = draw.permutation(layer.outputs());
    for (int unit : Arrays.copyOf(order, (int) (share * order.length))) {
      Arrays.fill(layer.weights(), unit * layer.inputs(), (unit + 1) * layer.inputs(), 0);
      layer.bias()[unit] = 0;
    }
  }

  /** A batch's images as the network takes them. */
  private static float[] inputs(LabelledImages images, int first) {
    Normalization unit = Normalization.UNIT;
    float[] inputs = new float[BATCH * images.pixelsPerImage()];
    for (int i = 0; i < inputs.length; i++) {
      int pixel = Byte.toUnsignedInt(images.pixels()[first * images.pixelsPerImage() + i]);
      inputs[i] = pixel * unit.scale() + unit.shift();
    }
    return inputs;
  }

  /** How many images are clear; each of them must be of the same class, and all logits close. */
  private static int agree(float[] device, float[][] onnx, int first) {
    int clear = 0;
    int classes = device.length / onnx.length;
    for (int i = 0; i < onnx.length; i++) {
      float[] logits = Arrays.copyOfRange(device, i * classes, (i + 1) * classes);
      assertThat(onnx[i])
          .as("logits of image %d", first + i)
          .containsExactly(logits, within(1e-4f));
      float[] sorted = logits.clone();
      Arrays.sort(sorted);
      if (sorted[classes - 1] - sorted[classes - 2] > 1e-4) {
        clear++;
        assertThat(OnnxModel.argmax(onnx[i]))
            .as("class of image %d", first + i)
            .isEqualTo(OnnxModel.argmax(logits));
      }
    }
    return clear;
  }
}
