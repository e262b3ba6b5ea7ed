package org.prunecl.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.prunecl.AtomicFile;
import org.prunecl.CacheFolder;
import org.prunecl.PruneClException;
import org.prunecl.PruneClException.Kind;

/**
 * Finds the files of a known dataset: each in the system's package, else in the cache, else from
 * its mirrors into the cache.
 *
 * @param datasets the cache: a folder of folders named as the datasets
 * @param patience how long a mirror may be silent
 */
record DatasetStore(Path datasets, Duration patience) {
  /** The running user's. */
  static DatasetStore standard() {
    return new DatasetStore(CacheFolder.locate().resolve("datasets"), Duration.ofSeconds(20));
  }

  /** Where a dataset's downloaded files lie. */
  Path folder(KnownDataset dataset) {
    return datasets.resolve(dataset.name()).toAbsolutePath();
  }

  /**
   * The path of each file, downloaded where it was missing. Files that were there are not checked.
   *
   * @throws DataException of kind SETUP if a file can't be had
   */
  Map<DatasetFile, Path> locate(KnownDataset dataset, DownloadProgress progress) {
    Map<DatasetFile, Path> found = new EnumMap<>(DatasetFile.class);
    List<DatasetFile> missing = new ArrayList<>();
    for (DatasetFile file : DatasetFile.values()) {
      Optional<Path> path =
          Optional.ofNullable(dataset.packaged())
              .flatMap(packaged -> file.in(packaged.folder()))
              .or(() -> file.in(folder(dataset)));
      path.ifPresentOrElse(p -> found.put(file, p), () -> missing.add(file));
    }
    while (!missing.isEmpty()) {
      DatasetFile file = missing.get(0);
      found.put(file, download(dataset, file, missing, progress));
      missing.remove(0);
    }
    return found;
  }

  /** What to do about a file of a known dataset that isn't what was published. */
  String remedyFor(KnownDataset dataset, Path file) {
    KnownDataset.Packaged packaged = dataset.packaged();
    return packaged != null && file.startsWith(packaged.folder())
        ? "reinstall the package " + packaged.name()
        : "delete it, and it will be downloaded again";
  }

  private Path download(
      KnownDataset dataset,
      DatasetFile file,
      List<DatasetFile> missing,
      DownloadProgress progress) {
    Path folder = folder(dataset);
    List<String> failures = new ArrayList<>();
    try {
      Files.createDirectories(folder);
      for (URI mirror : dataset.mirrors()) {
        URI uri = mirror.resolve(file.gzippedName());
        try {
          byte[] content = fetch(uri, file, dataset.sha256().get(file), progress);
          Path path = folder.resolve(file.gzippedName());
          AtomicFile.write(path, out -> out.write(content));
          return path;
        } catch (BadDownloadException e) {
          failures.add(e.getMessage());
        }
      }
    } catch (IOException e) {
      throw new DataException(
          Kind.SETUP,
          "%s: can't be stored in %s (%s)"
              .formatted(dataset.name(), folder, PruneClException.reason(e)),
          "make room there, or name a folder you may write to with " + CacheFolder.VARIABLE,
          e);
    }
    throw new DataException(
        Kind.SETUP,
        "%s: can't be downloaded: %s".formatted(dataset.name(), String.join("; ", failures)),
        "put %s into %s%s"
            .formatted(
                missing.stream().map(DatasetFile::gzippedName).collect(Collectors.joining(", ")),
                folder,
                dataset.packaged() == null
                    ? ""
                    : ", or install the package " + dataset.packaged().name()));
  }

  private byte[] fetch(URI uri, DatasetFile file, String sha256, DownloadProgress progress)
      throws BadDownloadException, IOException {
    try {
      byte[] content =
          new HttpDownload(patience)
              .fetch(uri, (done, total) -> progress.update(file.gzippedName(), done, total));
      String digest =
          IdxFile.read(file, new ByteArrayInputStream(content), uri.toString()).sha256();
      if (!digest.equals(sha256)) {
        throw new BadDownloadException(
            "%s: not the published file, SHA-256 %s".formatted(uri, digest), null);
      }
      return content;
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw new BadDownloadException(uri + ": " + e.getMessage(), e);
    } catch (DataException e) {
      throw new BadDownloadException(e.getMessage(), e);
    }
  }

  /** One mirror failed; another may not. */
  private static final class BadDownloadException extends Exception {
    private static final long serialVersionUID = 1L;

    BadDownloadException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
