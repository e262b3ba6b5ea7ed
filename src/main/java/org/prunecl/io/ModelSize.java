package org.prunecl.io;

/**
 * What a model file takes on disk.
 *
 * @param encoding the label of its {@link Encoding}, or {@code onnx}
 * @param bytes its length
 * @param denseBytes the length it has as safetensors in the dense encoding
 */
public record ModelSize(String encoding, long bytes, long denseBytes) {
  /** The size of a network's file in an encoding. */
  public static ModelSize of(ModelWeights network, Encoding encoding) {
    return new ModelSize(
        encoding.label(), ModelFile.content(network, encoding).bytes(), dense(network));
  }

  /**
   * The size of a network's ONNX file.
   *
   * @param bytes its length
   */
  static ModelSize onnx(ModelWeights network, long bytes) {
    return new ModelSize("onnx", bytes, dense(network));
  }

  private static long dense(ModelWeights network) {
    return ModelFile.content(network, Encoding.DENSE).bytes();
  }
}
