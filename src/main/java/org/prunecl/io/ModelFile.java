package org.prunecl.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.prunecl.PruneClException.Kind;

/**
 * A multi-layer perceptron as a safetensors file in PyTorch's convention: {@code NAME.weight} of
 * shape [outputs, inputs] and, where a layer has one, {@code NAME.bias} of shape [outputs]. In the
 * sparse encoding three tensors stand for a weight. The metadata says the rest; without it, the
 * layers are put in the order in which they chain.
 */
public final class ModelFile {
  static final String WEIGHT = "weight";
  static final String BIAS = "bias";
  private static final int SHOWN = 8;

  private ModelFile() {}

  /**
   * Writes a file, complete or not at all, and makes the folders above it.
   *
   * @throws FileException of kind INPUT if it can't be written there
   */
  public static void write(Path file, ModelWeights mlp, Encoding encoding) {
    ModelPath.write(file, out -> write(out, mlp, encoding));
  }

  /**
   * Writes a file's content.
   *
   * @param out where to; not closed
   * @throws IOException if writing fails
   */
  public static void write(OutputStream out, ModelWeights mlp, Encoding encoding)
      throws IOException {
    content(mlp, encoding).write(out);
  }

  /** What a file of a network holds. */
  static Safetensors content(ModelWeights mlp, Encoding encoding) {
    List<Tensor> tensors = new ArrayList<>();
    for (LayerWeights layer : mlp.layers()) {
      tensors.addAll(
          encoding.tensors(
              tensorName(layer.name(), WEIGHT), layer.outputs(), layer.inputs(), layer.weight()));
      if (layer.bias() != null) {
        tensors.add(
            new Tensor(tensorName(layer.name(), BIAS), new int[] {layer.outputs()}, layer.bias()));
      }
    }
    return new Safetensors(tensors, Map.of(ModelMetadata.KEY, ModelMetadata.of(mlp).toJson()));
  }

  /**
   * Reads a file in either encoding.
   *
   * @throws FileException of kind INPUT if it isn't a safetensors file, isn't such a network, or
   *     holds a NaN or an infinity
   */
  public static ModelWeights read(Path file) {
    Safetensors content = Safetensors.read(file);
    List<Tensor> tensors = BitmapWeight.decode(file, content.tensors(), ModelFile::isWeightName);
    Map<String, LayerWeights> layers = layers(file, tensors);
    String json = content.metadata().get(ModelMetadata.KEY);
    if (json == null) {
      List<LayerWeights> ordered =
          LayerOrder.chain(List.copyOf(layers.values()))
              .orElseThrow(() -> notAnMlp(file, "the weights don't chain", tensors));
      return new ModelWeights(ordered, null, Map.of());
    }
    ModelMetadata metadata = ModelMetadata.parse(file, json);
    if (!layers.keySet().equals(Set.copyOf(metadata.layers()))
        || layers.size() != metadata.layers().size()) {
      throw notAnMlp(file, "the metadata names the layers " + metadata.layers(), tensors);
    }
    List<LayerWeights> ordered = metadata.layers().stream().map(layers::get).toList();
    if (!LayerOrder.chains(ordered)) {
      throw notAnMlp(file, "the weights don't chain", tensors);
    }
    ModelWeights mlp = new ModelWeights(ordered, metadata.normalize(), metadata.extra());
    if (mlp.classes() != metadata.classes()) {
      throw notAnMlp(file, "the metadata says " + metadata.classes() + " classes", tensors);
    }
    return mlp;
  }

  /** The layers that the tensors make up, by name, in the order of their weights. */
  private static Map<String, LayerWeights> layers(Path file, List<Tensor> tensors) {
    Map<String, Tensor> byName = new LinkedHashMap<>();
    tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
    Map<String, LayerWeights> layers = new LinkedHashMap<>();
    int used = 0;
    for (Tensor weight : tensors) {
      if (isWeight(weight)) {
        String layer = layerName(weight.name());
        Tensor bias = byName.get(tensorName(layer, BIAS));
        int[] shape = weight.shape();
        if (bias != null && !isBias(bias, shape[0])) {
          throw notAnMlp(file, bias + " is no bias for " + weight, tensors);
        }
        layers.put(
            layer,
            new LayerWeights(
                layer,
                shape[0],
                shape[1],
                finite(file, weight),
                bias == null ? null : finite(file, bias)));
        used += bias == null ? 1 : 2;
      }
    }
    if (layers.isEmpty() || used < tensors.size()) {
      throw notAnMlp(file, "not only weights and biases of linear layers", tensors);
    }
    return layers;
  }

  private static boolean isWeight(Tensor tensor) {
    return isWeightName(tensor.name())
        && tensor.elements() instanceof Elements.Floats floats
        && tensor.rank() == 2
        && floats.count() > 0;
  }

  private static boolean isBias(Tensor tensor, int outputs) {
    return tensor.elements() instanceof Elements.Floats floats
        && tensor.rank() == 1
        && floats.count() == outputs;
  }

  private static boolean isWeightName(String name) {
    return name.equals(WEIGHT) || name.endsWith("." + WEIGHT);
  }

  /** The values of a tensor of floats, none of which may be NaN or infinite. */
  private static float[] finite(Path file, Tensor tensor) {
    float[] values = ((Elements.Floats) tensor.elements()).values();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new FileException(
            Kind.INPUT,
            "%s: element %d of %s is %s".formatted(file, i, tensor, values[i]),
            "give a model whose training didn't diverge");
      }
    }
    return values;
  }

  /** A model saved from a single linear layer has tensors without the layer's name. */
  static String tensorName(String layer, String part) {
    return layer.isEmpty() ? part : layer + "." + part;
  }

  private static String layerName(String weight) {
    return weight.substring(0, Math.max(0, weight.length() - WEIGHT.length() - 1));
  }

  private static FileException notAnMlp(Path file, String why, List<Tensor> tensors) {
    String shown =
        tensors.stream().limit(SHOWN).map(Tensor::toString).collect(Collectors.joining(", "));
    String more = tensors.size() > SHOWN ? " and " + (tensors.size() - SHOWN) + " more" : "";
    return new FileException(
        Kind.INPUT,
        "%s: no multi-layer perceptron, %s: %s%s"
            .formatted(file, why, shown.isEmpty() ? "no tensors" : shown, more),
        "give floats: NAME.weight of shape [out, in] per layer, in as many as the layer before has"
            + " out, and NAME.bias of shape [out] or none");
  }
}
