package org.prunecl.io;

import java.util.ArrayList;
import java.util.List;

/**
 * The graph of an ONNX model, node by node from input to output. The numbers of fields are those of
 * <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>.
 */
final class OnnxGraph {
  private static final String BATCH = "batch";

  /** Of TensorProto.DataType. */
  private static final int FLOAT = 1;

  private static final int INT64 = 7;

  /** Of AttributeProto.AttributeType. */
  private static final int INTEGER_ATTRIBUTE = 2;

  private static final int INTEGERS_ATTRIBUTE = 7;

  private final ProtoMessage graph;

  /** The name of what the next node takes, and whether it is images instead of flat samples. */
  private String value = OnnxFile.INPUT;

  private boolean images;

  private OnnxGraph(ModelWeights network) {
    graph = new ProtoMessage().add(2, ModelMetadata.of(network).kind());
    int last = network.layers().size() - 1;
    for (int i = 0; i <= last; i++) {
      layer(network.layers().get(i), i == last);
    }
    network.layers().forEach(this::initializers);
    graph
        .add(11, value(OnnxFile.INPUT, network.inputs()))
        .add(12, value(OnnxFile.OUTPUT, network.classes()));
  }

  /** GraphProto of a network. */
  static ProtoMessage of(ModelWeights network) {
    return new OnnxGraph(network).graph;
  }

  /** The last node of all gives {@link OnnxFile#OUTPUT}; the others' values are named like them. */
  private void layer(LayerWeights layer, boolean last) {
    ConvGeometry convolution = layer.convolution();
    boolean pooled = convolution != null && convolution.pool() > 1;
    if (convolution == null && images) {
      node("Flatten", part(layer, "flat"), part(layer, "flat"), List.of(value));
    } else if (convolution != null && !images) {
      reshape(layer);
    }
    images = convolution != null;
    sum(layer, last && !images ? OnnxFile.OUTPUT : part(layer, "sum"));
    if (!last) {
      node("Relu", part(layer, "relu"), part(layer, "relu"), List.of(value));
    }
    if (pooled) {
      ProtoMessage kernel = sides("kernel_shape", convolution.pool());
      ProtoMessage strides = sides("strides", convolution.pool());
      node("MaxPool", part(layer, "pool"), part(layer, "pool"), List.of(value), kernel, strides);
    }
    if (last && images) {
      node("Flatten", part(layer, "flat"), OnnxFile.OUTPUT, List.of(value));
    }
  }

  /** NodeProto of samples as images; 0 keeps the batch as it is. */
  private void reshape(LayerWeights layer) {
    ConvGeometry image = layer.convolution();
    long[] shape = {0, image.channels(), image.height(), image.width()};
    String shapeName = part(layer, "image.shape");
    tensor(shapeName, INT64, new Elements.Longs(shape), shape.length);
    node("Reshape", part(layer, "image"), part(layer, "image"), List.of(value, shapeName));
  }

  /** NodeProto of x·Wᵀ + b or of the convolution, which has stride 1 and no padding by default. */
  private void sum(LayerWeights layer, String output) {
    List<String> inputs = new ArrayList<>(List.of(value, ModelFile.weightName(layer)));
    if (layer.bias() != null) {
      inputs.add(ModelFile.biasName(layer));
    }
    if (layer.convolution() == null) {
      ProtoMessage transposed =
          new ProtoMessage().add(1, "transB").add(3, 1).add(20, INTEGER_ATTRIBUTE);
      node("Gemm", part(layer, "gemm"), output, inputs, transposed);
    } else {
      node("Conv", part(layer, "conv"), output, inputs);
    }
  }

  /** NodeProto; the next node takes what it gives. */
  private void node(
      String operator,
      String name,
      String output,
      List<String> inputs,
      ProtoMessage... attributes) {
    ProtoMessage node = new ProtoMessage();
    for (String input : inputs) {
      node.add(1, input);
    }
    node.add(2, output).add(3, name).add(4, operator);
    for (ProtoMessage attribute : attributes) {
      node.add(5, attribute);
    }
    graph.add(1, node);
    value = output;
  }

  /** AttributeProto of a square's height and width. */
  private static ProtoMessage sides(String name, int side) {
    return new ProtoMessage().add(1, name).add(8, side).add(8, side).add(20, INTEGERS_ATTRIBUTE);
  }

  private void initializers(LayerWeights layer) {
    tensor(ModelFile.weightName(layer), FLOAT, new Elements.Floats(layer.weight()), layer.shape());
    if (layer.bias() != null) {
      tensor(ModelFile.biasName(layer), FLOAT, new Elements.Floats(layer.bias()), layer.outputs());
    }
  }

  /** TensorProto. */
  private void tensor(String name, int type, Elements elements, int... shape) {
    ProtoMessage tensor = new ProtoMessage();
    for (int size : shape) {
      tensor.add(1, size);
    }
    graph.add(5, tensor.add(2, type).add(8, name).add(9, elements));
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

  private static String part(LayerWeights layer, String part) {
    return ModelFile.tensorName(layer.name(), part);
  }
}
