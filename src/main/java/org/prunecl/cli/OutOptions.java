package org.prunecl.cli;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.prunecl.io.RunFolder;
import org.prunecl.lab.LabException;
import picocli.CommandLine.Option;

/** Where a run leaves its files. */
final class OutOptions {
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The run folder (default: runs/<time>-<recipe>).")
  private Path out;

  @Option(names = "--force", description = "Replace files in a run folder that is not empty.")
  private boolean force;

  /**
   * Checks that they don't send a resumed run elsewhere.
   *
   * @throws LabException when they do
   */
  void checkResumes(Path folder) {
    boolean elsewhere = out != null && !out.toAbsolutePath().equals(folder.toAbsolutePath());
    if (elsewhere || force) {
      throw LabException.input(
          "--resume goes on in " + folder + ", without --force and without another --out.",
          "Leave them out.");
    }
  }

  RunFolder create(String recipe) {
    Path path =
        out != null
            ? out
            : Path.of(
                "runs", LocalDateTime.now(ZoneId.systemDefault()).format(STAMP) + "-" + recipe);
    return RunFolder.create(path, force);
  }
}
