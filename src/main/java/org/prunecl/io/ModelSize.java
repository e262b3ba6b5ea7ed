package org.prunecl.io;

/**
 * What a model file takes on disk.
 *
 * @param encoding the label of its {@link Encoding}
 * @param bytes its length
 * @param denseBytes the length it has in the dense encoding
 */
public record ModelSize(String encoding, long bytes, long denseBytes) {
  /** The size of a network's file in an encoding. */
  public static ModelSize of(MlpWeights mlp, Encoding encoding) {
    return new ModelSize(
        encoding.label(),
        MlpFile.content(mlp, encoding).bytes(),
        MlpFile.content(mlp, Encoding.DENSE).bytes());
  }
}
