package org.prunecl.nn;

import java.util.ArrayList;
import java.util.List;
import org.prunecl.ops.ConvShape;

/**
 * A network layer by layer as Keras' {@code summary} shows it: reshaping, pooling and flattening
 * are layers of their own, activations belong to the layer before them.
 */
public final class LayerTable {
  /**
   * A layer.
   *
   * @param type {@code Reshape}, {@code Conv2d}, {@code MaxPool2d}, {@code Flatten} or {@code
   *     Dense}
   * @param name of layers with weights as in model files, of the others after the layer they belong
   *     to
   * @param outputShape of a sample: channels, rows and columns, or units
   * @param parameters weights and biases
   * @param nonzero those that are not zero
   */
  public record Row(
      String type, String name, List<Integer> outputShape, long parameters, long nonzero) {
    /** Makes the shape unmodifiable. */
    public Row {
      outputShape = List.copyOf(outputShape);
    }
  }

  private LayerTable() {}

  /**
   * The table of a network.
   *
   * @param layers each takes what the one before gives
   */
  public static List<Row> of(List<LayerParameters> layers) {
    List<Row> rows = new ArrayList<>();
    Convolution before = null;
    for (LayerParameters layer : layers) {
      Convolution convolution = layer.convolution();
      String name = layer.name();
      if (convolution == null) {
        if (before != null) {
          rows.add(without("Flatten", "flatten_" + name, layer.inputs()));
        }
        rows.add(with("Dense", layer, layer.outputs()));
      } else {
        ConvShape shape = convolution.shape();
        if (rows.isEmpty()) {
          rows.add(
              without(
                  "Reshape", "reshape_" + name, shape.channels(), shape.height(), shape.width()));
        }
        rows.add(with("Conv2d", layer, layer.outputs(), shape.outputHeight(), shape.outputWidth()));
        if (convolution.pooled()) {
          rows.add(
              without(
                  "MaxPool2d",
                  "pool_" + name,
                  layer.outputs(),
                  convolution.height(),
                  convolution.width()));
        }
      }
      before = convolution;
    }
    return List.copyOf(rows);
  }

  private static Row with(String type, LayerParameters layer, Integer... outputShape) {
    return new Row(type, layer.name(), List.of(outputShape), layer.parameters(), layer.nonzeros());
  }

  private static Row without(String type, String name, Integer... outputShape) {
    return new Row(type, name, List.of(outputShape), 0, 0);
  }
}
