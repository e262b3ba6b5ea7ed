package org.prunecl;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.regex.Pattern;

/** Writes files that appear complete or not at all. */
public final class AtomicFile {
  private static final int BUFFER_BYTES = 1 << 16;

  private static final Pattern LEFTOVER =
      Pattern.compile("\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

  private AtomicFile() {}

  /** Whether a file is one that {@link #write} left when the process was killed in it. */
  public static boolean isLeftover(Path file) {
    return LEFTOVER.matcher(file.getFileName().toString()).matches();
  }

  /**
   * Writes a file under a temporary name beside its place and moves it there once it is complete
   * and on disk. A file that was there before is replaced; after any failure it is as it was and
   * the temporary file is gone.
   *
   * @param file the file to write; its folder must exist
   * @param content writes the content; need neither flush nor close
   * @throws IOException if {@code content} fails or the file can't be written
   */
  public static void write(Path file, IoConsumer<? super OutputStream> content) throws IOException {
    // Not Files.createTempFile: it would leave the file readable by its owner alone. No part of the
    // name is the file's: what watches the folder may know its files by that (TensorBoard does).
    Path temporary = file.resolveSibling("." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel =
              FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          OutputStream out =
              new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES)) {
        content.accept(out);
        out.flush();
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
