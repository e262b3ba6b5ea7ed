package org.prunecl.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.prunecl.PruneClException;
import org.prunecl.PruneClException.Kind;

/**
 * What a file in the IDX format of the MNIST database holds. The file is plain or gzipped, which is
 * seen from its content: a big-endian magic number (2051 for images, 2049 for labels), the sizes of
 * the dimensions as 32-bit integers, then one unsigned byte per element, the last dimension
 * fastest.
 *
 * @param count number of images or labels, at least 1
 * @param rows pixels down, 1 for labels
 * @param columns pixels across, 1 for labels
 * @param elements count × rows × columns unsigned bytes, image after image, row-major; not copied
 * @param sha256 digest of the decompressed file, in hexadecimal
 */
@SuppressWarnings("ArrayRecordComponent") // compared with nothing
public record IdxFile(int count, int rows, int columns, byte[] elements, String sha256) {
  private static final int IMAGES_MAGIC = 2051;
  private static final int LABELS_MAGIC = 2049;
  private static final int BUFFER_BYTES = 1 << 16;
  // The largest array that every JVM can hold.
  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;
  private static final String DAMAGED = "fetch or copy the file again, it is damaged";

  /**
   * Reads images.
   *
   * @param file an IDX file of images
   * @throws DataException of kind INPUT if the file can't be read or isn't exactly such a file
   */
  public static IdxFile readImages(Path file) {
    return read(file, IMAGES_MAGIC);
  }

  /**
   * Reads labels.
   *
   * @param file an IDX file of labels
   * @throws DataException of kind INPUT if the file can't be read or isn't exactly such a file
   */
  public static IdxFile readLabels(Path file) {
    return read(file, LABELS_MAGIC);
  }

  /** Reads images or labels, whichever that file of a dataset holds. */
  static IdxFile read(DatasetFile role, Path file) {
    return read(file, magic(role));
  }

  /** Likewise from a stream, which is closed. */
  static IdxFile read(DatasetFile role, InputStream in, String source) {
    return read(in, source, magic(role));
  }

  private static int magic(DatasetFile role) {
    return switch (role) {
      case TRAIN_IMAGES, TEST_IMAGES -> IMAGES_MAGIC;
      case TRAIN_LABELS, TEST_LABELS -> LABELS_MAGIC;
    };
  }

  private static IdxFile read(Path file, int magic) {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString(), magic);
    } catch (NoSuchFileException e) {
      throw new DataException(
          Kind.INPUT, file + ": no such file", "check the path of the dataset", e);
    } catch (IOException e) {
      throw unreadable(file.toString(), e);
    }
  }

  private static IdxFile read(InputStream raw, String source, int magic) {
    MessageDigest digest = newDigest();
    try (DataInputStream in =
        new DataInputStream(new DigestInputStream(decompressed(raw), digest))) {
      checkMagic(in.readInt(), magic, source);
      int count = in.readInt();
      int rows = magic == IMAGES_MAGIC ? in.readInt() : 1;
      int columns = magic == IMAGES_MAGIC ? in.readInt() : 1;
      int expected = product(source, count, rows, columns);
      // Grows with what is there: a false size can't exhaust the memory.
      byte[] elements = in.readNBytes(expected);
      if (elements.length < expected) {
        throw damaged(
            source,
            "truncated, the header promises %d bytes and %d follow"
                .formatted(expected, elements.length),
            null);
      }
      if (in.read() != -1) {
        throw damaged(
            source, "bytes follow after the %d that the header promises".formatted(expected), null);
      }
      String sha256 = HexFormat.of().formatHex(digest.digest());
      return new IdxFile(count, rows, columns, elements, sha256);
    } catch (EOFException e) {
      throw damaged(source, "truncated", e);
    } catch (ZipException e) {
      throw damaged(source, "corrupt gzip (" + e.getMessage() + ")", e);
    } catch (IOException e) {
      throw unreadable(source, e);
    }
  }

  private static InputStream decompressed(InputStream raw) throws IOException {
    BufferedInputStream in = new BufferedInputStream(raw, BUFFER_BYTES);
    in.mark(2);
    boolean gzipped = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzipped
        ? new BufferedInputStream(new GZIPInputStream(in, BUFFER_BYTES), BUFFER_BYTES)
        : in;
  }

  private static void checkMagic(int found, int expected, String source) {
    if (found != expected) {
      String what =
          switch (found) {
            case IMAGES_MAGIC -> " (images)";
            case LABELS_MAGIC -> " (labels)";
            default -> "";
          };
      throw new DataException(
          Kind.INPUT,
          "%s: magic number %d%s, expected %d".formatted(source, found, what, expected),
          "give an IDX file of "
              + (expected == IMAGES_MAGIC ? "images" : "labels")
              + ", gzipped or not");
    }
  }

  private static int product(String source, int... sizes) {
    long product = 1;
    for (int size : sizes) {
      // Each factor is below 2^31 and the product so far below 2^31: no overflow.
      product *= Math.max(size, 0);
      if (product == 0 || product > LARGEST_ARRAY) {
        String shown =
            Arrays.stream(sizes)
                .mapToObj(Integer::toUnsignedString)
                .collect(Collectors.joining("x"));
        throw damaged(source, "impossible size " + shown, null);
      }
    }
    return (int) product;
  }

  private static DataException damaged(String source, String what, Throwable cause) {
    return new DataException(Kind.INPUT, source + ": " + what, DAMAGED, cause);
  }

  private static DataException unreadable(String source, IOException e) {
    return new DataException(
        Kind.INPUT,
        source + ": can't be read (" + PruneClException.reason(e) + ")",
        "check that it is a file and that you may read it",
        e);
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
