package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class StepClockTest {
  @Test
  void no_block_gives_no_time() {
    StepClock clock = new StepClock();
    assertThat(clock.median()).isNull();
    clock.begin();
    assertThat(clock.median()).isNull();
  }

  @Test
  void the_first_block_is_left_out() {
    StepClock clock = new StepClock();
    clock.begin();
    clock.blockDone();
    assertThat(clock.median()).isNull();
    clock.blockDone();
    assertThat(clock.median()).isNotNull().isNotNegative();
  }

  @Test
  void the_first_block_of_a_later_epoch_counts() {
    StepClock clock = new StepClock();
    clock.begin();
    clock.blockDone();
    clock.begin();
    clock.blockDone();
    assertThat(clock.median()).isNotNull();
  }
}
