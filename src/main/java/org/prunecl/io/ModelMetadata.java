package org.prunecl.io;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.prunecl.PruneClException.Kind;

/**
 * The JSON that stands in a model file's metadata.
 *
 * @param schema version of this layout
 * @param kind {@code mlp}, or {@code convnet} where there are convolutions
 * @param layers names from input to output
 * @param activation between the layers: {@code relu}
 * @param convolutions what the filters of convolutions slide over, by the layer's name; left out if
 *     there are none
 * @param normalize how pixels became inputs, or null
 * @param classes outputs of the last layer
 * @param extra free strings by name
 */
@JsonIgnoreProperties(ignoreUnknown = true) // a later version may add fields
record ModelMetadata(
    int schema,
    String kind,
    List<String> layers,
    String activation,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Convolution> convolutions,
    String normalize,
    int classes,
    Map<String, String> extra) {
  /** The name of the metadata's string. */
  static final String KEY = "prunecl";

  private static final int SCHEMA = 1;
  private static final String MLP = "mlp";
  private static final String CONVNET = "convnet";
  private static final String RELU = "relu";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /**
   * What the tensors of a convolution don't say.
   *
   * @param image channels, height and width of the images that it takes
   * @param pool side of the pooling after it, 1 for none
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Convolution(List<Integer> image, int pool) {
    private static final int CHANNELS_HEIGHT_WIDTH = 3;

    Convolution {
      image = image == null ? List.of() : List.copyOf(image);
      if (image.size() != CHANNELS_HEIGHT_WIDTH) {
        throw new IllegalArgumentException("an image is [channels, height, width], not " + image);
      }
    }

    static Convolution of(ConvGeometry geometry) {
      return new Convolution(
          List.of(geometry.channels(), geometry.height(), geometry.width()), geometry.pool());
    }

    /** The layer of these tensors, or nothing if they aren't such a convolution's. */
    Optional<LayerWeights> layer(LayerTensors tensors) {
      return image.get(0) == tensors.channels()
          ? tensors.convolving(image.get(1), image.get(2), pool)
          : Optional.empty();
    }
  }

  ModelMetadata {
    layers = layers == null ? List.of() : List.copyOf(layers);
    convolutions = convolutions == null ? Map.of() : convolutions;
    extra = extra == null ? Map.of() : extra;
  }

  static ModelMetadata of(ModelWeights network) {
    // Sorted: equal networks give equal files, whatever order the map is in.
    return new ModelMetadata(
        SCHEMA,
        network.convolves() ? CONVNET : MLP,
        network.layers().stream().map(LayerWeights::name).toList(),
        RELU,
        convolutions(network),
        network.normalize(),
        network.classes(),
        new TreeMap<>(network.extra()));
  }

  private static Map<String, Convolution> convolutions(ModelWeights network) {
    Map<String, Convolution> convolutions = new LinkedHashMap<>();
    for (LayerWeights layer : network.layers()) {
      if (layer.convolution() != null) {
        convolutions.put(layer.name(), Convolution.of(layer.convolution()));
      }
    }
    return convolutions;
  }

  /** The layer of these tensors, or nothing if what is said here doesn't suit them. */
  Optional<LayerWeights> layer(LayerTensors tensors) {
    Convolution convolution = convolutions.get(tensors.name());
    if (tensors.convolves()) {
      return Optional.ofNullable(convolution).flatMap(said -> said.layer(tensors));
    }
    return convolution == null ? Optional.of(tensors.connected()) : Optional.empty();
  }

  /** What is said of the images that a layer takes, for messages. */
  String imageOf(String layer) {
    Convolution convolution = convolutions.get(layer);
    return convolution == null
        ? "no image for " + layer
        : "the image %s of %s with pooling by %d"
            .formatted(convolution.image(), layer, convolution.pool());
  }

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of strings and numbers is always JSON", e);
    }
  }

  /**
   * Reads and checks the string.
   *
   * @param file for messages
   * @throws FileException of kind INPUT if it can't be read or names what this version doesn't know
   */
  static ModelMetadata parse(Path file, String json) {
    ModelMetadata metadata;
    try {
      metadata = JSON.readValue(json, ModelMetadata.class);
    } catch (JsonProcessingException e) {
      throw bad(file, "is not the expected JSON", e);
    }
    if (metadata == null) {
      throw bad(file, "is empty", null);
    }
    if (metadata.schema() != SCHEMA) {
      throw bad(file, "has schema " + metadata.schema() + ", this version reads " + SCHEMA, null);
    }
    boolean known = MLP.equals(metadata.kind()) || CONVNET.equals(metadata.kind());
    if (!known || !RELU.equals(metadata.activation())) {
      throw bad(
          file,
          "says kind %s and activation %s, this version reads %s or %s and %s"
              .formatted(metadata.kind(), metadata.activation(), MLP, CONVNET, RELU),
          null);
    }
    if (!metadata.layers().containsAll(metadata.convolutions().keySet())) {
      throw bad(file, "has convolutions that are no layers", null);
    }
    return metadata;
  }

  private static FileException bad(Path file, String what, Throwable cause) {
    return new FileException(
        Kind.INPUT,
        "%s: the metadata '%s' %s".formatted(file, KEY, what),
        "use a newer version of PruneCL, or save the model without that metadata",
        cause);
  }
}
