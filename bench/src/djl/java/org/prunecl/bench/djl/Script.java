package org.prunecl.bench.djl;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * TorchScript from its text. DJL's arrays know no CSR, but its PyTorch runs any script; a script's
 * values need not be arrays of DJL.
 */
final class Script {
  /**
   * A module without parameters, pickled: protocol 2, an object of the class {@code
   * __torch__.Script} whose only attribute is {@code training = False}.
   */
  private static final byte[] OBJECT =
      "\u0080\u0002c__torch__\nScript\n)\u0081}X\u0008\0\0\0training\u0089sb."
          .getBytes(StandardCharsets.ISO_8859_1);

  /** The empty tuple, pickled. */
  private static final byte[] NO_CONSTANTS = "\u0080\u0002).".getBytes(StandardCharsets.ISO_8859_1);

  private static final String FORMAT_VERSION = "3\n";

  private Script() {}

  /**
   * A module with the one method {@code forward}.
   *
   * @param parameters tensors, as a declaration has them: {@code w: Tensor, x: Tensor}
   * @param body of the method that gives a tensor: lines without indentation, in the language of
   *     TorchScript's archives, where operators are functions of {@code torch}
   */
  static PtSymbolBlock module(NDManager manager, String parameters, String body) {
    String code =
        "class Script(Module):\n"
            + "  __parameters__ = []\n"
            + "  __buffers__ = []\n"
            + "  training : bool\n"
            + "  def forward(self: __torch__.Script, "
            + parameters
            + ") -> Tensor:\n"
            + body.indent(4);
    try {
      return JniUtils.loadModule(
          (PtNDManager) manager, new ByteArrayInputStream(archive(code)), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] archive(String code) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      add(zip, "data.pkl", OBJECT);
      add(zip, "code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
      add(zip, "constants.pkl", NO_CONSTANTS);
      add(zip, "version", FORMAT_VERSION.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry("script/" + name));
    zip.write(content);
    zip.closeEntry();
  }
}
