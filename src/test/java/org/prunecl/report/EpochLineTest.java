package org.prunecl.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.prunecl.lab.EpochRecord;

final class EpochLineTest {
  @Test
  void an_epoch_reads_as_in_keras() {
    assertThat(
            EpochLine.text(
                new EpochRecord(1, 0.50119, 0.819, 0.43, 0.84325, 12.34, Instant.EPOCH), 5))
        .isEqualTo(
            "Epoch 1/5 - 12.3s - loss: 0.5012 - accuracy: 0.8190 - test_loss: 0.4300 -"
                + " test_accuracy: 0.8433");
  }

  @Test
  void images_that_were_held_out_stand_before_those_of_the_test() {
    assertThat(
            EpochLine.text(
                new EpochRecord(4, 0.5, 0.75, 0.43, 0.84, 0.45678, 0.83333, 1.04, Instant.EPOCH),
                4))
        .isEqualTo(
            "Epoch 4/4 - 1.0s - loss: 0.5000 - accuracy: 0.7500 - val_loss: 0.4568 -"
                + " val_accuracy: 0.8333 - test_loss: 0.4300 - test_accuracy: 0.8400");
  }
}
