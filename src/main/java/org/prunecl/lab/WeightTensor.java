package org.prunecl.lab;

import java.util.List;
import org.prunecl.nn.LayerParameters;
import org.prunecl.ops.ConvShape;

/**
 * A weight tensor as model files name it.
 *
 * @param name the tensor's
 * @param shape as PyTorch has it: [out, in], or [out, in, height, width] of a convolution
 * @param parameters number of elements
 * @param nonzero those that are not zero
 */
public record WeightTensor(String name, List<Integer> shape, long parameters, long nonzero) {
  /** The weight tensors of a network, layer by layer; biases are none. */
  static List<WeightTensor> of(List<LayerParameters> layers) {
    return layers.stream()
        .map(
            layer ->
                new WeightTensor(
                    layer.name() + ".weight",
                    shape(layer),
                    layer.weights().length,
                    layer.nonzeroWeights()))
        .toList();
  }

  private static List<Integer> shape(LayerParameters layer) {
    if (layer.convolution() == null) {
      return List.of(layer.outputs(), layer.inputs());
    }
    ConvShape shape = layer.convolution().shape();
    return List.of(layer.outputs(), shape.channels(), shape.kernelHeight(), shape.kernelWidth());
  }
}
