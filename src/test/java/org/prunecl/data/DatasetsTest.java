package org.prunecl.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.prunecl.PruneClException.Kind;

final class DatasetsTest {
  @TempDir Path folder;

  @Test
  void real_images_are_read_from_a_folder() throws URISyntaxException {
    URL resource = DatasetsTest.class.getResource("/fashion-mnist-small");
    Dataset dataset = open(Path.of(resource.toURI()).toString());
    assertThat(dataset.name()).isEqualTo("fashion-mnist-small");
    assertThat(dataset.classes()).isEqualTo(10);
    assertThat(dataset.train().count()).isEqualTo(300);
    assertThat(dataset.test().count()).isEqualTo(100);
    assertThat(dataset.train().pixelsPerImage()).isEqualTo(784);
    // The published order of Fashion-MNIST: an ankle boot, then a T-shirt; in the test an ankle
    // boot.
    assertThat(dataset.train().label(0)).isEqualTo(9);
    assertThat(dataset.train().label(1)).isZero();
    assertThat(dataset.test().label(0)).isEqualTo(9);
    assertThat(IntStream.range(0, 300).map(dataset.train()::label).distinct().count())
        .isEqualTo(10);
    assertThat(dataset.digests().keySet())
        .containsExactly("train-images", "train-labels", "test-images", "test-labels");
  }

  @Test
  void a_plain_file_and_a_gzipped_one_may_stand_side_by_side() throws IOException {
    write(2, 2, (byte) 1);
    Path plain = folder.resolve("train-labels-idx1-ubyte");
    Files.write(
        folder.resolve("train-labels-idx1-ubyte.gz"), Idx.gzipped(Files.readAllBytes(plain)));
    Files.delete(plain);
    Dataset dataset = open(folder.toString());
    assertThat(dataset.classes()).isEqualTo(3);
    assertThat(dataset.train().labels()).containsExactly(0, 2);
  }

  @Test
  void a_missing_file_is_named() throws IOException {
    write(2, 2, (byte) 1);
    Files.delete(folder.resolve("t10k-labels-idx1-ubyte"));
    refused(folder.toString(), "t10k-labels-idx1-ubyte");
  }

  @Test
  void different_numbers_of_images_and_labels_are_refused() throws IOException {
    write(2, 2, (byte) 1);
    Files.write(folder.resolve("train-labels-idx1-ubyte"), Idx.labels(1, (byte) 2));
    refused(folder.toString(), "2 images", "1 labels");
  }

  @Test
  void a_test_label_beyond_the_training_labels_is_refused() throws IOException {
    write(2, 2, (byte) 3);
    refused(folder.toString(), "test image 0 has label 3", "training label is 2");
  }

  @Test
  void labels_above_127_are_not_taken_for_negative() throws IOException {
    write(2, 2, (byte) 200);
    refused(folder.toString(), "label 200");
  }

  @Test
  void images_of_different_sizes_are_refused() throws IOException {
    write(2, 3, (byte) 1);
    refused(folder.toString(), "training images are 1x2, test images 1x3");
  }

  @Test
  void an_unknown_name_is_answered_with_the_known_ones() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    for (String name : new String[] {"cifar-10", "", "a\0b", file.toString()}) {
      assertThat(refused(name, "'" + name + "'").remedy()).contains("fashion-mnist or mnist");
    }
  }

  private void write(int trainColumns, int testColumns, byte testLabel) throws IOException {
    Files.write(
        folder.resolve("train-images-idx3-ubyte"),
        Idx.images(2, 1, trainColumns, new byte[2 * trainColumns]));
    Files.write(folder.resolve("train-labels-idx1-ubyte"), Idx.labels(2, new byte[] {0, 2}));
    Files.write(
        folder.resolve("t10k-images-idx3-ubyte"),
        Idx.images(1, 1, testColumns, new byte[testColumns]));
    Files.write(folder.resolve("t10k-labels-idx1-ubyte"), Idx.labels(1, testLabel));
  }

  private static Dataset open(String name) {
    return Datasets.standard().open(name, DownloadProgress.SILENT);
  }

  private static DataException refused(String name, String... why) {
    DataException e = catchThrowableOfType(DataException.class, () -> open(name));
    assertThat(e).hasMessageContainingAll(why);
    assertThat(e.kind()).isEqualTo(Kind.INPUT);
    return e;
  }
}
