package org.prunecl.io;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.prunecl.PruneClException.Kind;

/**
 * The JSON that stands in a model file's metadata.
 *
 * @param schema version of this layout
 * @param kind {@code mlp}
 * @param layers names from input to output
 * @param activation between the layers: {@code relu}
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
    String normalize,
    int classes,
    Map<String, String> extra) {
  /** The name of the metadata's string. */
  static final String KEY = "prunecl";

  private static final int SCHEMA = 1;
  private static final String MLP = "mlp";
  private static final String RELU = "relu";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  ModelMetadata {
    layers = layers == null ? List.of() : List.copyOf(layers);
    extra = extra == null ? Map.of() : extra;
  }

  static ModelMetadata of(ModelWeights mlp) {
    // Sorted: equal networks give equal files, whatever order the map is in.
    return new ModelMetadata(
        SCHEMA,
        MLP,
        mlp.layers().stream().map(LayerWeights::name).toList(),
        RELU,
        mlp.normalize(),
        mlp.classes(),
        new TreeMap<>(mlp.extra()));
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
    if (!MLP.equals(metadata.kind()) || !RELU.equals(metadata.activation())) {
      throw bad(
          file,
          "says kind %s and activation %s, this version reads %s and %s"
              .formatted(metadata.kind(), metadata.activation(), MLP, RELU),
          null);
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
