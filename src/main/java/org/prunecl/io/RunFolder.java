package org.prunecl.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.prunecl.AtomicFile;
import org.prunecl.IoConsumer;
import org.prunecl.PruneClException;
import org.prunecl.PruneClException.Kind;

/** The folder that a run leaves. Its files appear complete or not at all. */
public final class RunFolder {
  private final Path path;
  private final Path made;

  /**
   * @param made the outermost folder that had to be made, or null
   */
  private RunFolder(Path path, Path made) {
    this.path = path;
    this.made = made;
  }

  /**
   * Makes a folder ready, and its parents with it.
   *
   * @param path the folder
   * @param force whether it may hold something already; nothing is deleted, and only the files that
   *     are written are replaced
   * @throws FileException of kind INPUT if it holds something and {@code force} is not given, if it
   *     is a file or lies below one, or if it can't be made or written to
   */
  public static RunFolder create(Path path, boolean force) {
    Path made = null;
    for (Path part = path.toAbsolutePath().normalize(); part != null; part = part.getParent()) {
      if (!Files.exists(part)) {
        made = part;
      } else if (!Files.isDirectory(part)) {
        throw unusable(path, part + " is a file", null);
      }
    }
    try {
      Files.createDirectories(path);
      if (!force && !isEmpty(path)) {
        throw new FileException(
            Kind.INPUT,
            path + ": the folder is not empty",
            "add --force to replace files in it, or choose another --out");
      }
    } catch (IOException e) {
      throw unusable(path, PruneClException.reason(e), e);
    }
    if (!Files.isWritable(path)) {
      throw unusable(path, "you may not write there", null);
    }
    return new RunFolder(path, made);
  }

  /**
   * A folder that a run has left; files that were being written when it was killed are removed.
   *
   * @throws FileException of kind INPUT if it is no folder or can't be written to
   */
  public static RunFolder open(Path path) {
    if (!Files.isDirectory(path)) {
      throw new FileException(Kind.INPUT, path + ": no such folder", "check the path");
    }
    RunFolder folder = create(path, true);
    try (Stream<Path> content = Files.walk(path)) {
      for (Path file : content.filter(AtomicFile::isLeftover).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw unusable(path, PruneClException.reason(e), e);
    }
    return folder;
  }

  /** Where the folder is. */
  public Path path() {
    return path;
  }

  /**
   * Writes a file of the folder, replacing one of that name.
   *
   * @param name of the file, with a {@code /} after each folder that it lies in; these are made
   * @param content writes the content; need neither flush nor close
   * @throws FileException of kind RUN if it can't be written; then nothing of it is left
   */
  public void write(String name, IoConsumer<? super OutputStream> content) {
    Path relative = Path.of(name);
    if (relative.isAbsolute()
        || relative.startsWith("..")
        || name.isEmpty()
        || !relative.equals(relative.normalize())) {
      throw new IllegalArgumentException("not the name of a file in the folder: " + name);
    }
    Path file = path.resolve(relative);
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      AtomicFile.write(file, content);
    } catch (IOException e) {
      throw new FileException(
          Kind.RUN,
          file + ": can't be written (" + PruneClException.reason(e) + ")",
          "make room, or choose another --out",
          e);
    }
  }

  /** Whether the folder holds a file of that name. */
  public boolean holds(String name) {
    return Files.exists(path.resolve(name));
  }

  /**
   * Removes a folder within this one with all that it holds; nothing happens if there is none.
   *
   * @param name of the folder
   * @param first the file that goes first: without it, what is left counts as nothing
   * @throws FileException of kind RUN if it can't be removed
   */
  public void remove(String name, String first) {
    Path folder = path.resolve(name);
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> content = Files.walk(folder)) {
      Files.deleteIfExists(folder.resolve(first));
      for (Path one : content.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(one);
      }
    } catch (IOException e) {
      throw new FileException(
          Kind.RUN,
          folder + ": can't be removed (" + PruneClException.reason(e) + ")",
          "remove it yourself",
          e);
    }
  }

  /** Removes the folders that were made for it, as far as they are empty: for a run that failed. */
  public void removeIfEmpty() {
    try {
      Path part = path.toAbsolutePath().normalize();
      for (Path end = made; end != null; part = part.getParent()) {
        Files.delete(part);
        end = part.equals(made) ? null : made;
      }
    } catch (IOException e) {
      // It holds something by now; the failure that led here matters more.
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
      return !content.iterator().hasNext();
    }
  }

  private static FileException unusable(Path path, String why, Throwable cause) {
    return new FileException(
        Kind.INPUT, path + ": can't be used as a folder, " + why, "choose another --out", cause);
  }
}
