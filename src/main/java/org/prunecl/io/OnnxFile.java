package org.prunecl.io;

import java.nio.file.Path;
import java.util.Map;
import org.prunecl.PruneClException.Kind;

/**
 * A multi-layer perceptron as an ONNX model: a {@code Gemm} per layer with a {@code Relu} after
 * each but the last, float32. Input {@code samples} is [batch, features], output {@code logits} is
 * [batch, classes]; the size of the batch is free. Weights and biases are initialisers with the
 * names that they have in safetensors files. The numbers of fields are those of <a
 * href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>.
 */
public final class OnnxFile {
  /** The name of the input. */
  public static final String INPUT = "samples";

  /** The name of the output. */
  public static final String OUTPUT = "logits";

  private static final String BATCH = "batch";

  /** Version 8 of the format came with operator set 17 (ONNX 1.12): runtimes since 2022 read it. */
  private static final int IR_VERSION = 8;

  private static final int OPERATOR_SET = 17;

  /** Of TensorProto.DataType. */
  private static final int FLOAT = 1;

  /** Of AttributeProto.AttributeType. */
  private static final int INTEGER_ATTRIBUTE = 2;

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
      Path file, ModelWeights mlp, String producerVersion, Map<String, String> properties) {
    ProtoMessage model = model(mlp, producerVersion, properties);
    if (model.bytes() > LARGEST) {
      throw new FileException(
          Kind.INPUT,
          "%s: the model would take %d bytes as ONNX, which holds at most %d"
              .formatted(file, model.bytes(), LARGEST),
          "compact the model with prune --compact, or export it as safetensors");
    }
    ModelPath.write(file, model::write);
    return ModelSize.onnx(mlp, model.bytes());
  }

  /** ModelProto. */
  private static ProtoMessage model(
      ModelWeights mlp, String producerVersion, Map<String, String> properties) {
    ProtoMessage model =
        new ProtoMessage()
            .add(1, IR_VERSION)
            .add(2, "PruneCL")
            .add(3, producerVersion)
            .add(6, description(properties))
            .add(7, graph(mlp))
            .add(8, new ProtoMessage().add(1, "").add(2, OPERATOR_SET));
    properties.forEach((name, value) -> model.add(14, property(name, value)));
    return model.add(14, property(ModelMetadata.KEY, ModelMetadata.of(mlp).toJson()));
  }

  private static String description(Map<String, String> properties) {
    String text =
        "A multi-layer perceptron. %s: a sample per row. %s: a row per sample, a column per class;"
            + " the largest is the prediction.";
    String known = properties.isEmpty() ? "" : " Of the samples: " + properties + ".";
    return text.formatted(INPUT, OUTPUT) + known;
  }

  /** StringStringEntryProto. */
  private static ProtoMessage property(String name, String value) {
    return new ProtoMessage().add(1, name).add(2, value);
  }

  /** GraphProto. */
  private static ProtoMessage graph(ModelWeights mlp) {
    ProtoMessage graph = new ProtoMessage().add(2, "mlp");
    String value = INPUT;
    for (int i = 0; i < mlp.layers().size(); i++) {
      LayerWeights layer = mlp.layers().get(i);
      boolean last = i == mlp.layers().size() - 1;
      String sum = last ? OUTPUT : ModelFile.tensorName(layer.name(), "sum");
      graph.add(1, gemm(layer, value, sum));
      if (!last) {
        value = ModelFile.tensorName(layer.name(), "relu");
        graph.add(1, node("Relu", value, value, sum));
      }
    }
    for (LayerWeights layer : mlp.layers()) {
      graph.add(5, tensor(weight(layer), layer.weight(), layer.outputs(), layer.inputs()));
      if (layer.bias() != null) {
        graph.add(5, tensor(bias(layer), layer.bias(), layer.outputs()));
      }
    }
    return graph.add(11, value(INPUT, mlp.inputs())).add(12, value(OUTPUT, mlp.classes()));
  }

  /** NodeProto of x·Wᵀ + b. */
  private static ProtoMessage gemm(LayerWeights layer, String input, String output) {
    String name = ModelFile.tensorName(layer.name(), "gemm");
    String[] inputs =
        layer.bias() == null
            ? new String[] {input, weight(layer)}
            : new String[] {input, weight(layer), bias(layer)};
    ProtoMessage attribute =
        new ProtoMessage().add(1, "transB").add(3, 1).add(20, INTEGER_ATTRIBUTE);
    return node("Gemm", name, output, inputs).add(5, attribute);
  }

  /** NodeProto. */
  private static ProtoMessage node(String operator, String name, String output, String... inputs) {
    ProtoMessage node = new ProtoMessage();
    for (String input : inputs) {
      node.add(1, input);
    }
    return node.add(2, output).add(3, name).add(4, operator);
  }

  /** TensorProto. */
  private static ProtoMessage tensor(String name, float[] values, int... shape) {
    ProtoMessage tensor = new ProtoMessage();
    for (int size : shape) {
      tensor.add(1, size);
    }
    return tensor.add(2, FLOAT).add(8, name).add(9, new Elements.Floats(values));
  }

  /** ValueInfoProto of floats, [batch, columns]. */
  private static ProtoMessage value(String name, int columns) {
    ProtoMessage shape =
        new ProtoMessage()
            .add(1, new ProtoMessage().add(2, BATCH))
            .add(1, new ProtoMessage().add(1, columns));
    ProtoMessage type = new ProtoMessage().add(1, FLOAT).add(2, shape);
    return new ProtoMessage().add(1, name).add(2, new ProtoMessage().add(1, type));
  }

  private static String weight(LayerWeights layer) {
    return ModelFile.tensorName(layer.name(), ModelFile.WEIGHT);
  }

  private static String bias(LayerWeights layer) {
    return ModelFile.tensorName(layer.name(), ModelFile.BIAS);
  }
}
