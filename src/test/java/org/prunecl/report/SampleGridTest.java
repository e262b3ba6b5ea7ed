package org.prunecl.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SampleGridTest {
  @Test
  void one_image_of_each_class_is_drawn_at_random() {
    long seed = new Random().nextLong();
    byte[] labels = new byte[500];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) (i * 7 % 10);
    }
    Set<Integer> seen = new HashSet<>();
    for (int draw = 0; draw < 50; draw++) {
      int[] picked = SampleGrid.pick(labels, 10, seed + draw);
      assertThat(picked).as("seed %d", seed + draw).hasSize(10);
      for (int label = 0; label < 10; label++) {
        assertThat(labels[picked[label]]).as("seed %d", seed + draw).isEqualTo((byte) label);
      }
      seen.add(picked[0]);
    }
    assertThat(seen).as("images of class 0 over 50 seeds from %d", seed).hasSizeGreaterThan(5);
  }

  @Test
  void the_same_seed_draws_the_same_images() {
    byte[] labels = new byte[300];
    new Random(1).nextBytes(labels);

    assertThat(SampleGrid.pick(labels, 256, 9)).isEqualTo(SampleGrid.pick(labels, 256, 9));
    assertThat(SampleGrid.pick(labels, 256, 9)).contains(SampleGrid.NO_IMAGE);
  }

  @Test
  void a_label_above_127_is_a_class_of_its_own() {
    byte[] labels = {(byte) 200, 3};

    int[] picked = SampleGrid.pick(labels, 201, 1);

    assertThat(picked[200]).isZero();
    assertThat(picked[3]).isEqualTo(1);
    assertThat(picked[0]).isEqualTo(SampleGrid.NO_IMAGE);
  }

  @Test
  void fashion_mnist_has_names_and_other_datasets_digits() {
    assertThat(SampleGrid.classNames("fashion-mnist", 10))
        .containsExactly(
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot");
    assertThat(SampleGrid.classNames("mnist", 3)).containsExactly("0", "1", "2");
    assertThat(SampleGrid.classNames("fashion-mnist", 3)).containsExactly("0", "1", "2");
  }

  @Test
  void ten_classes_make_two_rows_of_five() throws Exception {
    byte[][] images = new byte[10][28 * 28];
    for (int i = 0; i < images.length; i++) {
      Arrays.fill(images[i], (byte) (25 * i));
    }
    Picture picture =
        SampleGrid.picture("Samples", 28, 28, images, SampleGrid.classNames("mnist", 10));

    BufferedImage png = ChartsTest.png(picture);

    assertThat(png.getWidth()).isEqualTo(1540);
    assertThat(png.getHeight()).isEqualTo(720);
    for (int i = 0; i < images.length; i++) {
      int x = Picture.PIXELS * (10 + i % 5 * 150 + 75);
      int y = Picture.PIXELS * (40 + i / 5 * 160 + 56);
      assertThat(png.getRGB(x, y) & 0xFF).as("grey of image %d", i).isEqualTo(25 * i);
    }
    assertThat(ChartsTest.svg(picture)).contains(">Samples</title>", ">9</text>", ",sans-serif");
  }

  @Test
  void rows_and_columns_of_an_image_are_kept_apart() throws Exception {
    byte[] wide = {(byte) 255, 0, 0, (byte) 255, 0, 0};

    BufferedImage png =
        ChartsTest.png(
            SampleGrid.picture("Wide", 2, 3, new byte[][] {wide, null}, new String[] {"a", "b"}));

    int left = Picture.PIXELS * (10 + 19 + 10);
    int middle = Picture.PIXELS * (40 + 56);
    assertThat(png.getRGB(left, middle - 40) & 0xFF).isEqualTo(255);
    assertThat(png.getRGB(left, middle + 40) & 0xFF).isEqualTo(255);
    assertThat(png.getRGB(left + 160, middle) & 0xFF).isZero();
  }

  @Test
  void images_of_another_size_are_refused() {
    assertThatThrownBy(
            () -> SampleGrid.picture("x", 2, 2, new byte[][] {new byte[3]}, new String[] {"a"}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 bytes for an image of 2x2");
    assertThatThrownBy(() -> SampleGrid.picture("x", 2, 2, new byte[1][4], new String[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 images, 0 labels");
  }
}
