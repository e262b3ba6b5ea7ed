package org.prunecl.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BatchOrderTest {
  private final long seed = new Random().nextLong();

  @Test
  void every_image_comes_once() {
    for (int count : new int[] {0, 1, 2, 7, 1000}) {
      assertThat(new BatchOrder(seed, count).epoch(3))
          .as("seed %d", seed)
          .containsExactlyInAnyOrder(IntStream.range(0, count).toArray());
    }
  }

  @Test
  void an_order_depends_on_seed_and_epoch_alone() {
    BatchOrder order = new BatchOrder(seed, 500);
    int[] first = order.epoch(1);
    assertThat(order.epoch(2)).as("seed %d", seed).isNotEqualTo(first);
    assertThat(new BatchOrder(seed, 500).epoch(1)).as("seed %d", seed).isEqualTo(first);
    assertThat(new BatchOrder(seed + 1, 500).epoch(1)).as("seed %d", seed).isNotEqualTo(first);
    assertThat(new BatchOrder(seed + 1, 500).epoch(0)).as("seed %d", seed).isNotEqualTo(first);
  }

  @Test
  void all_orders_of_three_are_about_equally_frequent() {
    int[] counts = new int[27];
    BatchOrder order = new BatchOrder(seed, 3);
    int epochs = 6000;
    for (int epoch = 0; epoch < epochs; epoch++) {
      int[] o = order.epoch(epoch);
      counts[9 * o[0] + 3 * o[1] + o[2]]++;
    }
    // Six orders, 1000 each; the standard deviation is 29, so this is eight of them.
    assertThat(IntStream.of(counts).filter(count -> count > 0))
        .as("seed %d", seed)
        .hasSize(6)
        .allSatisfy(count -> assertThat(count).isBetween(768, 1232));
  }
}
