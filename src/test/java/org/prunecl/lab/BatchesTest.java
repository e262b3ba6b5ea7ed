package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.prunecl.data.LabelledImages;
import org.prunecl.data.Normalization;

final class BatchesTest {
  @Test
  void single_samples_are_64_images_and_begin_again_where_there_are_fewer() {
    Batches batches = Batches.of(images(100), Normalization.UNIT, 1);
    assertThat(batches.all()).hasSize(64);
    for (int i = 0; i < 64; i++) {
      assertThat(batches.all().get(i)).containsExactly(i * (1f / 255f), 2 * i * (1f / 255f));
    }
    List<float[]> few = Batches.of(images(3), Normalization.UNIT, 1).all();
    assertThat(few).hasSize(64);
    assertThat(few.get(2)).containsExactly(2 * (1f / 255f), 4 * (1f / 255f));
    assertThat(few.get(3)).containsExactly(0, 0);
    assertThat(few.get(5)).isEqualTo(few.get(2));
  }

  @Test
  void larger_batches_are_fewer_one_behind_the_other_and_at_least_one() {
    Batches batches = Batches.of(images(100), Normalization.HALF, 30);
    assertThat(batches.all()).hasSize(2);
    assertThat(batches.all().get(1))
        .hasSize(60)
        .startsWith(30 * (2f / 255f) - 1, 60 * (2f / 255f) - 1);
    assertThat(Batches.of(images(100), Normalization.UNIT, 128).all()).hasSize(1);
  }

  @Test
  void calls_take_one_batch_after_the_other() {
    float[] one = {1};
    float[] two = {2};
    List<float[]> given = new ArrayList<>();
    Runnable work = new Batches(List.of(one, two)).inTurns(given::add);
    for (int i = 0; i < 5; i++) {
      work.run();
    }
    assertThat(given).containsExactly(one, two, one, two, one);
    assertThatThrownBy(() -> new Batches(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  /** Images of two pixels, i and 2 i. */
  private static LabelledImages images(int count) {
    byte[] pixels = new byte[2 * count];
    for (int i = 0; i < count; i++) {
      pixels[2 * i] = (byte) i;
      pixels[2 * i + 1] = (byte) (2 * i);
    }
    return new LabelledImages(count, 1, 2, pixels, new byte[count]);
  }
}
