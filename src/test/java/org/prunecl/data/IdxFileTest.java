package org.prunecl.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.PruneClException.Kind;

final class IdxFileTest {
  private static final byte[] IMAGES = Idx.images(2, 1, 3, new byte[] {1, 2, 3, -1, 5, 6});
  // By sha256sum over the 22 bytes of IMAGES.
  private static final String IMAGES_SHA256 =
      "75fb23b2f07013607bfbb2fc5d388b42810729116bdf27c3de97e0a3f1b094e0";

  @TempDir Path folder;

  @Test
  void plain_and_gzipped_files_are_told_apart_by_content_and_read_alike() throws IOException {
    // Named the wrong way round.
    for (Path file : new Path[] {file("a.gz", IMAGES), file("b", Idx.gzipped(IMAGES))}) {
      IdxFile images = IdxFile.readImages(file);
      assertThat(images.count()).isEqualTo(2);
      assertThat(images.rows()).isEqualTo(1);
      assertThat(images.columns()).isEqualTo(3);
      assertThat(images.elements()).containsExactly(1, 2, 3, -1, 5, 6);
      assertThat(images.sha256()).isEqualTo(IMAGES_SHA256);
    }
  }

  @Test
  void labels_are_read() throws IOException {
    IdxFile labels = IdxFile.readLabels(file("l", Idx.labels(3, new byte[] {7, 0, -1})));
    assertThat(labels.count()).isEqualTo(3);
    assertThat(labels.elements()).containsExactly(7, 0, -1);
  }

  @Test
  void labels_in_place_of_images_are_refused_by_name() throws IOException {
    refused(Idx.labels(1, (byte) 1), "magic number 2049 (labels), expected 2051");
  }

  @Test
  void another_magic_number_is_refused() throws IOException {
    refused("<html>404 not here</html>".getBytes(UTF_8), "magic number", "expected 2051");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 4, 15, 16, 21})
  void a_file_cut_anywhere_is_refused(int length) throws IOException {
    refused(Arrays.copyOf(IMAGES, length), "truncated");
    refused(Idx.gzipped(Arrays.copyOf(IMAGES, length)), "truncated");
  }

  @Test
  void a_gzip_stream_cut_anywhere_is_refused() throws IOException {
    byte[] whole = Idx.gzipped(IMAGES);
    for (int length = 2; length < whole.length; length++) {
      refused(Arrays.copyOf(whole, length), "truncated");
    }
  }

  @Test
  void a_gzip_stream_with_a_wrong_checksum_is_refused() throws IOException {
    byte[] damaged = Idx.gzipped(IMAGES);
    damaged[damaged.length - 8] ^= 1;
    refused(damaged, "corrupt gzip");
  }

  @Test
  void trailing_bytes_are_refused() throws IOException {
    byte[] longer = Arrays.copyOf(IMAGES, IMAGES.length + 1);
    refused(longer, "bytes follow after the 6");
    refused(Idx.gzipped(longer), "bytes follow after the 6");
  }

  @Test
  void empty_negative_and_overflowing_sizes_are_refused() throws IOException {
    refused(Idx.images(0, 28, 28), "impossible size 0x28x28");
    refused(Idx.images(1, 28, 0), "impossible size 1x28x0");
    refused(Idx.images(1, -1, 28), "impossible size 1x4294967295x28");
    // The product is 2^64, which is 0 in 64 bits.
    refused(Idx.images(1 << 30, 1 << 30, 16), "impossible size 1073741824x1073741824x16");
    refused(Idx.images(Integer.MAX_VALUE, 1, 1), "impossible size");
  }

  @Test
  void a_size_far_beyond_the_file_is_refused_without_taking_that_memory() throws IOException {
    refused(Idx.images(2_000_000_000, 1, 1, new byte[5]), "promises 2000000000 bytes and 5 follow");
  }

  @Test
  void a_missing_file_and_a_folder_are_refused() {
    refused(folder.resolve("absent"), "no such file");
    refused(folder, "can't be read");
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private void refused(byte[] content, String... why) throws IOException {
    refused(file("file", content), why);
  }

  private static void refused(Path file, String... why) {
    DataException e = catchThrowableOfType(DataException.class, () -> IdxFile.readImages(file));
    assertThat(e).hasMessageStartingWith(file + ": ").hasMessageContainingAll(why);
    assertThat(e.getMessage()).hasLineCount(1);
    assertThat(e.kind()).isEqualTo(Kind.INPUT);
    assertThat(e.remedy()).isNotBlank();
  }
}
