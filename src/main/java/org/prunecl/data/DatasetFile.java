package org.prunecl.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The four files of a dataset, under the names that MNIST gave them. */
public enum DatasetFile {
  /** Training images. */
  TRAIN_IMAGES("train-images", "train-images-idx3-ubyte"),
  /** Training labels. */
  TRAIN_LABELS("train-labels", "train-labels-idx1-ubyte"),
  /** Test images. */
  TEST_IMAGES("test-images", "t10k-images-idx3-ubyte"),
  /** Test labels. */
  TEST_LABELS("test-labels", "t10k-labels-idx1-ubyte");

  private final String role;
  private final String fileName;

  DatasetFile(String role, String fileName) {
    this.role = role;
    this.fileName = fileName;
  }

  /** What the file holds, for people and for run.json: {@code train-images} and so on. */
  public String role() {
    return role;
  }

  /** The name of the file when it isn't gzipped. */
  public String fileName() {
    return fileName;
  }

  /** The name of the file when it is gzipped. */
  public String gzippedName() {
    return fileName + ".gz";
  }

  /** This file in a folder, plain before gzipped; empty when the folder holds neither. */
  Optional<Path> in(Path folder) {
    Path plain = folder.resolve(fileName);
    if (Files.exists(plain)) {
      return Optional.of(plain);
    }
    Path gzipped = folder.resolve(gzippedName());
    return Files.exists(gzipped) ? Optional.of(gzipped) : Optional.empty();
  }
}
