package org.prunecl.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.prunecl.io.Encoding;
import org.prunecl.io.ModelFile;
import org.prunecl.io.ModelSize;
import org.prunecl.io.ModelWeights;
import org.prunecl.report.ResultsJson;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes one model file as another, with the same numbers in it. */
@Command(
    name = "export",
    description = "Writes a saved model in another form. Needs no OpenCL device.",
    sortOptions = false)
final class ExportCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;
  @Mixin private ModelOutOptions out;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description = "The safetensors model to read, in either encoding.")
  private Path model;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Target target;

  /** What is written: one of these. */
  private static final class Target {
    @Option(
        names = "--encoding",
        required = true,
        paramLabel = "dense|sparse",
        description =
            "safetensors: plain, or a bitmap and the non-zeros where that is smaller."
                + " Either gives back every bit of the other.")
    private Encoding encoding;

    @Option(
        names = "--onnx",
        required = true,
        description =
            "ONNX, for other runtimes: input 'samples' [batch, features], output 'logits'"
                + " [batch, classes], float32. Zeros of a pruned model are written out.")
    private boolean onnx;
  }

  @Override
  public Integer call() {
    out.check();
    ModelWeights network = ModelFile.read(model);
    ModelSize size = target.onnx ? out.writeOnnx(network) : out.write(network, target.encoding);
    common.print(common.json() ? ResultsJson.text(size) : out.text(size));
    return 0;
  }
}
