package org.prunecl.data;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.prunecl.PruneClException.Kind;

/** Opens datasets: known ones by name, others by the folder that holds their four IDX files. */
public final class Datasets {
  private final List<KnownDataset> known;
  private final DatasetStore store;

  Datasets(List<KnownDataset> known, DatasetStore store) {
    this.known = List.copyOf(known);
    this.store = store;
  }

  /** The known datasets, {@code fashion-mnist} and {@code mnist}, and the running user's cache. */
  public static Datasets standard() {
    return new Datasets(KnownDataset.ALL, DatasetStore.standard());
  }

  /** The names that {@link #open} knows. */
  public List<String> names() {
    return known.stream().map(KnownDataset::name).toList();
  }

  /**
   * Reads a dataset. A known one is taken from the system's package, else from the user's cache,
   * else downloaded into the cache; its digests are checked.
   *
   * @param nameOrFolder a known name, else a folder with the four files of {@link DatasetFile},
   *     each gzipped or not
   * @param progress told of downloads
   * @throws DataException of kind INPUT if the name is neither, or a file is missing from the
   *     folder, or wrong; of kind SETUP if a known dataset is neither installed, cached nor
   *     reachable
   */
  public Dataset open(String nameOrFolder, DownloadProgress progress) {
    for (KnownDataset dataset : known) {
      if (dataset.name().equals(nameOrFolder)) {
        return open(dataset, progress);
      }
    }
    Path folder = folder(nameOrFolder);
    Map<DatasetFile, IdxFile> contents = new EnumMap<>(DatasetFile.class);
    Map<DatasetFile, Path> files = files(folder);
    files.forEach((role, file) -> contents.put(role, IdxFile.read(role, file)));
    Path last = folder.toAbsolutePath().normalize().getFileName();
    return dataset(last == null ? nameOrFolder : last.toString(), folder.toString(), contents);
  }

  private Dataset open(KnownDataset dataset, DownloadProgress progress) {
    Map<DatasetFile, IdxFile> contents = new EnumMap<>(DatasetFile.class);
    store
        .locate(dataset, progress)
        .forEach((role, file) -> contents.put(role, readChecked(dataset, role, file)));
    return dataset(dataset.name(), dataset.name(), contents);
  }

  private IdxFile readChecked(KnownDataset dataset, DatasetFile role, Path file) {
    String cause;
    try {
      IdxFile content = IdxFile.read(role, file);
      if (content.sha256().equals(dataset.sha256().get(role))) {
        return content;
      }
      cause = file + ": SHA-256 of the decompressed content is " + content.sha256();
    } catch (DataException e) {
      cause = e.getMessage();
    }
    throw new DataException(
        Kind.INPUT,
        "not the published %s of %s: %s".formatted(role.role(), dataset.name(), cause),
        store.remedyFor(dataset, file));
  }

  private Path folder(String nameOrFolder) {
    try {
      Path folder = Path.of(nameOrFolder);
      if (!nameOrFolder.isEmpty() && Files.isDirectory(folder)) {
        return folder;
      }
    } catch (InvalidPathException e) {
      // Then it is no folder either.
    }
    throw new DataException(
        Kind.INPUT,
        "'" + nameOrFolder + "' is neither a known dataset nor a folder",
        "name "
            + String.join(" or ", names())
            + ", or a folder with the four IDX files, gzipped or not");
  }

  private static Map<DatasetFile, Path> files(Path folder) {
    Map<DatasetFile, Path> files = new EnumMap<>(DatasetFile.class);
    for (DatasetFile role : DatasetFile.values()) {
      Path file =
          role.in(folder)
              .orElseThrow(
                  () ->
                      new DataException(
                          Kind.INPUT,
                          "%s holds no %s, gzipped or not".formatted(folder, role.fileName()),
                          "put %s or %s into it".formatted(role.fileName(), role.gzippedName())));
      files.put(role, file);
    }
    return files;
  }

  private static Dataset dataset(String name, String source, Map<DatasetFile, IdxFile> contents) {
    Map<String, String> digests = new LinkedHashMap<>();
    contents.forEach((role, content) -> digests.put(role.role(), content.sha256()));
    return new Dataset(
        name,
        labelled(source, contents, DatasetFile.TRAIN_IMAGES, DatasetFile.TRAIN_LABELS),
        labelled(source, contents, DatasetFile.TEST_IMAGES, DatasetFile.TEST_LABELS),
        digests);
  }

  private static LabelledImages labelled(
      String source,
      Map<DatasetFile, IdxFile> contents,
      DatasetFile imagesRole,
      DatasetFile labelsRole) {
    IdxFile images = contents.get(imagesRole);
    IdxFile labels = contents.get(labelsRole);
    if (images.count() != labels.count()) {
      throw new DataException(
          Kind.INPUT,
          "%s: %s has %d images, %s has %d labels"
              .formatted(
                  source,
                  imagesRole.fileName(),
                  images.count(),
                  labelsRole.fileName(),
                  labels.count()),
          "check that images and labels are of the same dataset");
    }
    return new LabelledImages(
        images.count(), images.rows(), images.columns(), images.elements(), labels.elements());
  }
}
