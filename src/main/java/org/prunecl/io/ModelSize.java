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
  public static ModelSize of(ModelWeights mlp, Encoding encoding) {
    return new ModelSize(encoding.label(), ModelFile.content(mlp, encoding).bytes(), dense(mlp));
  }

  /**
   * The size of a network's ONNX file.
   *
   * @param bytes its length
   */
  static ModelSize onnx(ModelWeights mlp, long bytes) {
    return new ModelSize("onnx", bytes, dense(mlp));
  }

  private static long dense(ModelWeights mlp) {
    return ModelFile.content(mlp, Encoding.DENSE).bytes();
  }
}
