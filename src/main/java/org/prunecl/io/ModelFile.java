package org.prunecl.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.prunecl.PruneClException.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network as a safetensors file in PyTorch's convention: {@code NAME.weight} of shape [outputs,
 * inputs], or [filters, channels, height, width] of a convolution, and, where a layer has one,
 * {@code NAME.bias} of shape [outputs]. In the sparse encoding three tensors stand for a weight.
 * The metadata says the rest; without it, the layers are put in the order in which they chain.
 */
public final class ModelFile {
  private static final Logger LOG = LoggerFactory.getLogger(ModelFile.class);
  private static final String WEIGHT = "weight";
  private static final String BIAS = "bias";
  private static final int SHOWN = 8;

  private ModelFile() {}

  /**
   * Writes a file, complete or not at all, and makes the folders above it.
   *
   * @throws FileException of kind INPUT if it can't be written there
   */
  public static void write(Path file, ModelWeights network, Encoding encoding) {
    ModelPath.write(file, out -> write(out, network, encoding));
  }

  /**
   * Writes a file's content.
   *
   * @param out where to; not closed
   * @throws IOException if writing fails
   */
  public static void write(OutputStream out, ModelWeights network, Encoding encoding)
      throws IOException {
    content(network, encoding).write(out);
  }

  /** What a file of a network holds. */
  static Safetensors content(ModelWeights network, Encoding encoding) {
    List<Tensor> tensors = new ArrayList<>();
    for (LayerWeights layer : network.layers()) {
      tensors.addAll(encoding.tensors(layer));
      if (layer.bias() != null) {
        tensors.add(new Tensor(biasName(layer), new int[] {layer.outputs()}, layer.bias()));
      }
    }
    return new Safetensors(tensors, Map.of(ModelMetadata.KEY, ModelMetadata.of(network).toJson()));
  }

  /**
   * Reads a file in either encoding. Where it holds convolutions and doesn't say how large the
   * images are, the usual square sizes are tried, 28×28 first.
   *
   * @throws FileException of kind INPUT if it isn't a safetensors file, isn't such a network,
   *     doesn't tell which of several, or holds a NaN or an infinity
   */
  public static ModelWeights read(Path file) {
    return read(file, () -> LayerChain.USUAL);
  }

  /**
   * Reads a file in either encoding that is to run on certain images.
   *
   * @param images how large they are; asked only where the file holds convolutions and doesn't say
   * @throws FileException as {@link #read(Path)} does
   */
  public static ModelWeights readFor(Path file, Supplier<ImageSize> images) {
    return read(file, () -> List.of(images.get()));
  }

  private static ModelWeights read(Path file, Supplier<List<ImageSize>> images) {
    Safetensors content = Safetensors.read(file);
    List<Tensor> tensors = BitmapWeight.decode(file, content.tensors(), ModelFile::isWeightName);
    Map<String, LayerTensors> layers = layers(file, tensors);
    String json = content.metadata().get(ModelMetadata.KEY);
    if (json == null) {
      return new ModelWeights(
          untold(file, List.copyOf(layers.values()), images, tensors), null, Map.of());
    }
    ModelMetadata metadata = ModelMetadata.parse(file, json);
    if (!layers.keySet().equals(Set.copyOf(metadata.layers()))
        || layers.size() != metadata.layers().size()) {
      throw notKnown(file, "the metadata names the layers " + metadata.layers(), tensors);
    }
    List<LayerWeights> ordered = new ArrayList<>();
    for (String name : metadata.layers()) {
      Optional<LayerWeights> layer = metadata.layer(layers.get(name));
      ordered.add(
          layer.orElseThrow(
              () -> notKnown(file, metadata.imageOf(name) + " doesn't suit the weight", tensors)));
    }
    if (!LayerChain.chains(ordered)) {
      throw notKnown(file, "the weights don't chain", tensors);
    }
    ModelWeights network = new ModelWeights(ordered, metadata.normalize(), metadata.extra());
    if (network.classes() != metadata.classes()) {
      throw notKnown(file, "the metadata says " + metadata.classes() + " classes", tensors);
    }
    return network;
  }

  /** The layers of a file without metadata, as they chain. */
  private static List<LayerWeights> untold(
      Path file,
      List<LayerTensors> layers,
      Supplier<List<ImageSize>> images,
      List<Tensor> tensors) {
    boolean convolves = layers.stream().anyMatch(LayerTensors::convolves);
    List<ImageSize> sizes = convolves ? images.get() : List.of();
    List<List<LayerWeights>> networks =
        LayerOrder.candidates(layers)
            .map(order -> LayerChain.networks(order, sizes))
            .filter(found -> !found.isEmpty())
            .findFirst()
            .orElse(List.of());
    if (networks.size() == 1) {
      if (convolves) {
        warn(file, networks.get(0));
      }
      return networks.get(0);
    }
    if (!convolves) {
      throw notKnown(file, "the weights don't chain", tensors);
    }
    throw new FileException(
        Kind.INPUT,
        networks.isEmpty()
            ? "%s: the weights don't chain on images of %s, stride 1, no padding: %s"
                .formatted(file, shown(sizes), shown(tensors))
            : "%s: the weights chain with pooling by %s; the file doesn't say which"
                .formatted(file, shown(networks.stream().map(ModelFile::pools).toList())),
        "say image and pooling of each convolution in the file's metadata, as docs/model-files.md"
            + " shows");
  }

  /** Shapes that chain may still be another network's: average pooling has no weights either. */
  private static void warn(Path file, List<LayerWeights> layers) {
    ConvGeometry image = layers.get(0).convolution();
    LOG.warn(
        "{} names no images and no pooling: taken for a network on images of {}×{} with max pooling"
            + " by {}",
        file,
        image.height(),
        image.width(),
        pools(layers));
  }

  private static List<Integer> pools(List<LayerWeights> layers) {
    return layers.stream()
        .filter(layer -> layer.convolution() != null)
        .map(layer -> layer.convolution().pool())
        .toList();
  }

  /** The layers that the tensors make up, by name, in the order of their weights. */
  private static Map<String, LayerTensors> layers(Path file, List<Tensor> tensors) {
    Map<String, Tensor> byName = new LinkedHashMap<>();
    tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
    Map<String, LayerTensors> layers = new LinkedHashMap<>();
    int used = 0;
    for (Tensor weight : tensors) {
      if (isWeight(weight)) {
        String layer = layerName(weight.name());
        Tensor bias = byName.get(tensorName(layer, BIAS));
        int[] shape = weight.shape();
        if (bias != null && !isBias(bias, shape[0])) {
          throw notKnown(file, bias + " is no bias for " + weight, tensors);
        }
        layers.put(
            layer,
            new LayerTensors(
                layer, shape, finite(file, weight), bias == null ? null : finite(file, bias)));
        used += bias == null ? 1 : 2;
      }
    }
    if (layers.isEmpty() || used < tensors.size()) {
      throw notKnown(
          file, "not only weights and biases of convolutions and linear layers", tensors);
    }
    return layers;
  }

  private static boolean isWeight(Tensor tensor) {
    return isWeightName(tensor.name())
        && tensor.elements() instanceof Elements.Floats floats
        && (tensor.rank() == LayerTensors.MATRIX || tensor.rank() == LayerTensors.FILTERS)
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

  /** The name of a layer's weight. */
  static String weightName(LayerWeights layer) {
    return tensorName(layer.name(), WEIGHT);
  }

  /** The name of a layer's bias. */
  static String biasName(LayerWeights layer) {
    return tensorName(layer.name(), BIAS);
  }

  /** A model saved from a single linear layer has tensors without the layer's name. */
  static String tensorName(String layer, String part) {
    return layer.isEmpty() ? part : layer + "." + part;
  }

  private static String layerName(String weight) {
    return weight.substring(0, Math.max(0, weight.length() - WEIGHT.length() - 1));
  }

  private static FileException notKnown(Path file, String why, List<Tensor> tensors) {
    return new FileException(
        Kind.INPUT,
        "%s: no network of convolutions and linear layers, %s: %s"
            .formatted(file, why, shown(tensors)),
        "give floats: NAME.weight of shape [out, in], or [out, in, height, width], per layer, in as"
            + " many as the layer before has out, and NAME.bias of shape [out] or none");
  }

  private static String shown(List<?> things) {
    String shown =
        things.stream().limit(SHOWN).map(Object::toString).collect(Collectors.joining(", "));
    String more = things.size() > SHOWN ? " and " + (things.size() - SHOWN) + " more" : "";
    return shown.isEmpty() ? "no tensors" : shown + more;
  }
}
