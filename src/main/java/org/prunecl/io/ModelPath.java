package org.prunecl.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.prunecl.AtomicFile;
import org.prunecl.IoConsumer;
import org.prunecl.PruneClException;
import org.prunecl.PruneClException.Kind;

/** The place that a user chose for a model file. */
final class ModelPath {
  private ModelPath() {}

  /**
   * Writes a file, complete or not at all, and makes the folders above it.
   *
   * @throws FileException of kind INPUT if it can't be written there
   */
  static void write(Path file, IoConsumer<? super OutputStream> content) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      AtomicFile.write(file, content);
    } catch (IOException e) {
      throw new FileException(
          Kind.INPUT,
          file + ": can't be written (" + PruneClException.reason(e) + ")",
          "choose a file in a folder that you may write to",
          e);
    }
  }
}
