package org.prunecl.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.prunecl.io.Encoding;
import org.prunecl.io.ModelFile;
import org.prunecl.io.ModelSize;
import org.prunecl.io.ModelWeights;
import org.prunecl.io.OnnxFile;
import org.prunecl.lab.LabException;
import org.prunecl.lab.Models;
import picocli.CommandLine.Option;

/** The model file that a command writes. */
final class ModelOutOptions {
  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The model file to write.")
  private Path file;

  @Option(names = "--force", description = "Replace the file if there is one.")
  private boolean force;

  Path file() {
    return file;
  }

  /**
   * Checks that the file may be written, before any work is done for it.
   *
   * @throws LabException when there is one already and it isn't to be replaced
   */
  void check() {
    if (Files.exists(file) && !force) {
      throw LabException.input(
          file + " exists already.", "Choose another --out, or replace it with --force.");
    }
  }

  /** Writes the file and returns what it takes. */
  ModelSize write(ModelWeights network, Encoding encoding) {
    ModelFile.write(file, network, encoding);
    return ModelSize.of(network, encoding);
  }

  /** Writes the file as ONNX and returns what it takes. */
  ModelSize writeOnnx(ModelWeights network) {
    return OnnxFile.write(
        file, network, PruneClCommand.Version.number(), Models.inputProperties(network));
  }

  /** The file's size as a line for people. */
  String text(ModelSize size) {
    return String.format(
        Locale.ROOT,
        "%s: %,d bytes %s, %.1f %% of the dense encoding's %,d%n",
        file,
        size.bytes(),
        size.encoding(),
        100.0 * size.bytes() / size.denseBytes(),
        size.denseBytes());
  }
}
