package org.prunecl.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.prunecl.IoFunction;
import org.prunecl.PruneClException;
import org.prunecl.io.ModelFile;
import org.prunecl.io.ModelWeights;
import org.prunecl.io.RunFolder;
import org.prunecl.lab.LabException;
import org.prunecl.lab.Recipe;
import org.prunecl.lab.Recipes;
import org.prunecl.lab.RunInfo;
import org.prunecl.report.ResultsJson;

/**
 * A run folder that is taken up again.
 *
 * @param folder the folder
 * @param recipe what is run
 * @param info where and how it was begun; null when it is over
 * @param model the network that was given, null when it is trained
 * @param results what it found; null when it is not over
 */
record Resumption<R extends Record>(
    RunFolder folder, Recipe recipe, RunInfo info, ModelWeights model, R results) {
  /**
   * Opens a run folder.
   *
   * @param verb the command that resumes it
   * @param file where it leaves its results
   * @param reader reads them
   * @throws PruneClException of kind INPUT if it is none, of another version, or of another verb
   */
  static <R extends Record> Resumption<R> open(
      Path path, String verb, String file, IoFunction<InputStream, R> reader) {
    RunFolder folder = RunFolder.open(path);
    boolean over = !folder.holds(RunFiles.UNFINISHED_INFO);
    String origin = over ? RunFiles.INFO : RunFiles.UNFINISHED_INFO;
    if (!folder.holds(origin)) {
      throw LabException.input(
          path + " is no run folder: neither begun nor finished.",
          "Give the folder that --out named.");
    }
    RunInfo info = read(path.resolve(origin), ResultsJson::readInfo);
    if (!info.command().stream().findFirst().equals(Optional.of(verb))) {
      throw LabException.input(
          path + " was not begun by `prunecl " + verb + "`.",
          "Resume it with the command that its run.json names.");
    }
    if (over) {
      R results = read(path.resolve(file), reader);
      return new Resumption<>(folder, recipe(path.resolve("recipe.yaml")), null, null, results);
    }
    boolean given = folder.holds(RunFiles.UNFINISHED_MODEL);
    return new Resumption<>(
        folder,
        recipe(path.resolve(RunFiles.UNFINISHED_RECIPE)),
        info,
        given ? ModelFile.read(path.resolve(RunFiles.UNFINISHED_MODEL)) : null,
        null);
  }

  /** Where its recipe is. */
  Path recipeFile() {
    return folder.path().resolve(results == null ? RunFiles.UNFINISHED_RECIPE : "recipe.yaml");
  }

  private static Recipe recipe(Path file) {
    return Recipes.resolve(file.toString(), Recipes.options());
  }

  private static <T> T read(Path file, IoFunction<InputStream, T> reader) {
    try (InputStream in = Files.newInputStream(file)) {
      return reader.apply(in);
    } catch (IOException e) {
      throw LabException.input(
          file + ": can't be read (" + PruneClException.reason(e) + ")",
          "Check the path and its permissions.");
    }
  }

  /**
   * Checks that options given beside it say the same.
   *
   * @throws LabException naming what they contradict
   */
  void checkAgrees(Recipe given) {
    List<String> others = Recipes.differences(recipe, given);
    if (!others.isEmpty()) {
      throw LabException.input(
          folder.path() + " was begun with another " + String.join(", ", others) + ".",
          "Give --resume alone, or begin another run.");
    }
  }

  /**
   * What run.json says: of a run that is taken up again, what it said when it was begun.
   *
   * @param resumption what is taken up again, or null
   * @param now what a run begun now would record
   * @throws LabException when they don't agree
   */
  static RunInfo info(Resumption<?> resumption, RunInfo now) {
    if (resumption == null) {
      return now;
    }
    resumption.checkSame(now);
    return resumption.info;
  }

  /**
   * Checks that data and kernel parameters are those that it was begun with.
   *
   * @param now what a run begun now would record
   * @throws LabException naming what differs
   */
  private void checkSame(RunInfo now) {
    if (!info.dataset().equals(now.dataset())) {
      throw LabException.input(
          folder.path() + " was begun with other images than " + recipe.data() + " has now.",
          "Bring the dataset back, or begin another run.");
    }
    if (!info.tuned().equals(now.tuned())) {
      throw LabException.input(
          folder.path() + " was begun with other tuned parameters than there are now.",
          "Begin another run.");
    }
  }
}
