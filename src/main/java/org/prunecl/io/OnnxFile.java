package org.prunecl.io;

import java.nio.file.Path;
import java.util.Map;
import org.prunecl.PruneClException.Kind;

/**
 * A network as an ONNX model, float32: a {@code Gemm} or a {@code Conv} per layer with a {@code
 * Relu} after each but the last, then {@code MaxPool} where a convolution is pooled; {@code
 * Reshape} and {@code Flatten} between flat samples and images. Input {@code samples} is [batch,
 * features], whatever the first layer is, output {@code logits} is [batch, classes]; the size of
 * the batch is free. Weights and biases are initialisers with the names that they have in
 * safetensors files. The numbers of fields are those of <a
 * href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>.
 */
public final class OnnxFile {
  /** The name of the input. */
  public static final String INPUT = "samples";

  /** The name of the output. */
  public static final String OUTPUT = "logits";

  /** Version 8 of the format came with operator set 17 (ONNX 1.12): runtimes since 2022 read it. */
  private static final int IR_VERSION = 8;

  private static final int OPERATOR_SET = 17;

  /** Protocol Buffers' own limit. */
  private static final long LARGEST = Integer.MAX_VALUE;

  private OnnxFile() {}

  /**
   * Writes a file, complete or not at all, and makes the folders above it. Equal arguments give
   * equal files.
   *
   * @param producerVersion version of this program
   * @param properties what a user must know to use the network, by name, in their order; stands in
   *     the model's metadata beside {@code prunecl}, the string that safetensors files have
   * @return what the file takes
   * @throws FileException of kind INPUT if it can't be written there, or would take 2 GiB
   */
  public static ModelSize write(
      Path file, ModelWeights network, String producerVersion, Map<String, String> properties) {
    ProtoMessage model = model(network, producerVersion, properties);
    if (model.bytes() > LARGEST) {
      throw new FileException(
          Kind.INPUT,
          "%s: the model would take %d bytes as ONNX, which holds at most %d"
              .formatted(file, model.bytes(), LARGEST),
          "compact the model with prune --compact, or export it as safetensors");
    }
    ModelPath.write(file, model::write);
    return ModelSize.onnx(network, model.bytes());
  }

  /** ModelProto. */
  private static ProtoMessage model(
      ModelWeights network, String producerVersion, Map<String, String> properties) {
    ProtoMessage model =
        new ProtoMessage()
            .add(1, IR_VERSION)
            .add(2, "PruneCL")
            .add(3, producerVersion)
            .add(6, description(network, properties))
            .add(7, OnnxGraph.of(network))
            .add(8, new ProtoMessage().add(1, "").add(2, OPERATOR_SET));
    properties.forEach((name, value) -> model.add(14, property(name, value)));
    return model.add(14, property(ModelMetadata.KEY, ModelMetadata.of(network).toJson()));
  }

  private static String description(ModelWeights network, Map<String, String> properties) {
    String text =
        "A %s. %s: a sample per row. %s: a row per sample, a column per class; the largest is the"
            + " prediction.";
    String kind = network.convolves() ? "convolutional network" : "multi-layer perceptron";
    String known = properties.isEmpty() ? "" : " Of the samples: " + properties + ".";
    return text.formatted(kind, INPUT, OUTPUT) + known;
  }

  /** StringStringEntryProto. */
  private static ProtoMessage property(String name, String value) {
    return new ProtoMessage().add(1, name).add(2, value);
  }
}
