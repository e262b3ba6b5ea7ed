package org.prunecl.lab;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.prunecl.io.RunFolder;
import org.prunecl.io.Safetensors;
import org.prunecl.nn.LayerParameters;

/**
 * A journal in the run folder's folder {@value #FOLDER}: a file for each training and each trial,
 * complete or not there. Writing to it fails as {@link RunFolder#write} does.
 */
public final class RunJournal implements Journal {
  /** The folder that is there as long as the run is not over. */
  public static final String FOLDER = "unfinished";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private final RunFolder folder;
  private boolean used;

  /**
   * @param folder the run's folder
   */
  public RunJournal(RunFolder folder) {
    this.folder = folder;
  }

  /** Whether anything has been read from it or written to it. */
  public boolean used() {
    return used;
  }

  @Override
  public Optional<Checkpoint> checkpoint(String training, List<LayerParameters> like) {
    String name = training(training);
    if (!folder.holds(name)) {
      return Optional.empty();
    }
    used = true;
    return Optional.of(CheckpointFile.read(folder.path().resolve(name), like));
  }

  @Override
  public void keep(String training, Supplier<Checkpoint> checkpoint) {
    Safetensors content = CheckpointFile.content(checkpoint.get());
    folder.write(training(training), content::write);
    used = true;
  }

  @Override
  public Optional<Trial> trial(String name) {
    if (!folder.holds(trialFile(name))) {
      return Optional.empty();
    }
    used = true;
    Path file = folder.path().resolve(trialFile(name));
    try {
      return Optional.of(MAPPER.readValue(Files.readAllBytes(file), Trial.class));
    } catch (IOException e) {
      throw LabException.input(
          file + ": no trial that can be read", "Begin anew with another --out.", e);
    }
  }

  @Override
  public void keep(String name, Trial trial) {
    folder.write(trialFile(name), out -> out.write(MAPPER.writeValueAsBytes(trial)));
    used = true;
  }

  private static String training(String name) {
    return FOLDER + "/training-" + name + ".safetensors";
  }

  private static String trialFile(String name) {
    return FOLDER + "/trial-" + name + ".json";
  }
}
