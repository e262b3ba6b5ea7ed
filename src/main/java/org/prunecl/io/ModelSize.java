package org.prunecl.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

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
    return new ModelSize(encoding.label(), bytes(network, encoding), dense(network));
  }

  /** The length of a network's file in an encoding. */
  public static long bytes(ModelWeights network, Encoding encoding) {
    return ModelFile.content(network, encoding).bytes();
  }

  /** The length of the same file gzipped, by the JDK at its default level. */
  public static long gzipBytes(ModelWeights network, Encoding encoding) {
    ByteArrayOutputStream gzipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(gzipped)) {
      ModelFile.write(out, network, encoding);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory doesn't fail so
    }
    return gzipped.size();
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
    return bytes(network, Encoding.DENSE);
  }
}
