package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ConvShapeTest {
  @Test
  void a_kernel_has_a_position_wherever_it_lies_within_the_image() {
    ConvShape shape = new ConvShape(3, 28, 20, 5, 3);
    assertThat(shape.outputHeight()).isEqualTo(24);
    assertThat(shape.outputWidth()).isEqualTo(18);
    assertThat(shape.positions()).isEqualTo(432);
    assertThat(shape.weights()).isEqualTo(45);
    assertThat(shape.features()).isEqualTo(1680);
  }

  @Test
  void what_fills_no_square_is_not_pooled() {
    PoolShape shape = new PoolShape(3, 29, 20, 3);
    assertThat(shape.outputHeight()).isEqualTo(9);
    assertThat(shape.outputWidth()).isEqualTo(6);
    assertThat(shape.features()).isEqualTo(1740);
    assertThat(shape.outputFeatures()).isEqualTo(162);
  }

  @Test
  void kernels_and_squares_larger_than_the_image_are_refused() {
    assertThatThrownBy(() -> new ConvShape(1, 3, 9, 4, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A kernel of 4 × 1 on 1 channels of 3 × 9");
    assertThatThrownBy(() -> new ConvShape(1, 9, 3, 1, 4))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PoolShape(1, 9, 1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Pooling by 2 × 2 on 1 channels of 9 × 1");
    assertThatThrownBy(() -> new PoolShape(1, 1, 9, 2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void images_without_channels_and_kernels_without_weights_are_refused() {
    assertThatThrownBy(() -> new ConvShape(0, 3, 3, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ConvShape(1, 3, 3, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ConvShape(1, 3, 3, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PoolShape(1, 3, 3, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
