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
}
