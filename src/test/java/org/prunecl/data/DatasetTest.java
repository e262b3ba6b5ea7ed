package org.prunecl.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class DatasetTest {
  /** Image i is the byte i twice; the last has the largest label. */
  private static LabelledImages images(int count) {
    byte[] pixels = new byte[2 * count];
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      pixels[2 * i] = (byte) i;
      pixels[2 * i + 1] = (byte) i;
      labels[i] = (byte) i;
    }
    return new LabelledImages(count, 1, 2, pixels, labels);
  }

  private static Dataset dataset(int train) {
    return new Dataset("drawn", images(train), images(train), Map.of());
  }

  @Test
  void the_last_images_are_held_out_as_keras_does() {
    // int(7 · 0.75) = 5 are left.
    Dataset held = dataset(7).holdOut(0.25);
    assertThat(held.train().labels()).containsExactly(0, 1, 2, 3, 4);
    assertThat(held.train().pixels()).containsExactly(0, 0, 1, 1, 2, 2, 3, 3, 4, 4);
    assertThat(held.validation().labels()).containsExactly(5, 6);
    assertThat(held.validation().pixels()).containsExactly(5, 5, 6, 6);
    assertThat(held.test().count()).isEqualTo(7);
    assertThat(held.classes()).as("labels of all of them").isEqualTo(7);
  }

  @Test
  void nothing_is_held_out_of_a_dataset_unless_asked_for() {
    Dataset dataset = dataset(7);
    assertThat(dataset.holdOut(0)).isSameAs(dataset);
    assertThat(dataset.validation()).isNull();
  }

  @Test
  void an_image_is_left_to_learn_from() {
    assertThat(dataset(2).holdOut(0.5).train().count()).isEqualTo(1);
    assertThatThrownBy(() -> dataset(2).holdOut(0.6))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("2 training images");
  }
}
