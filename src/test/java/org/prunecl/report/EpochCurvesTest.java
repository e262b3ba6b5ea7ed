package org.prunecl.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.prunecl.lab.EpochRecord;
import org.prunecl.testing.Events;
import org.prunecl.testing.Events.Point;

final class EpochCurvesTest {
  private static final List<EpochRecord> HISTORY =
      List.of(
          new EpochRecord(1, 0.5, 0.81, 0.43, 0.84, 12.25, Instant.ofEpochSecond(1000)),
          new EpochRecord(2, 0.36, 0.87, 0.4, 0.86, 11.5, Instant.ofEpochSecond(1012)));

  @Test
  void training_and_test_have_curves_of_one_name_and_keras_steps() throws IOException {
    assertThat(Events.points(bytes(EpochCurves::writeTrain)))
        .containsExactly(
            new Point("epoch_loss", 0, 1000, 0.5f),
            new Point("epoch_accuracy", 0, 1000, 0.81f),
            new Point("epoch_loss", 1, 1012, 0.36f),
            new Point("epoch_accuracy", 1, 1012, 0.87f));
    assertThat(Events.points(bytes(EpochCurves::writeTest)))
        .containsExactly(
            new Point("epoch_loss", 0, 1000, 0.43f),
            new Point("epoch_accuracy", 0, 1000, 0.84f),
            new Point("epoch_loss", 1, 1012, 0.4f),
            new Point("epoch_accuracy", 1, 1012, 0.86f));
  }

  @Test
  void relative_time_starts_with_the_first_epoch() throws IOException {
    assertThat(Events.started(bytes(EpochCurves::writeTest))).isEqualTo(1000 - 12.25);
  }

  @Test
  void images_that_were_held_out_have_curves_of_the_same_names() throws IOException {
    Instant ended = Instant.ofEpochSecond(1000);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    EpochCurves.writeValidation(
        List.of(new EpochRecord(1, 0.5, 0.81, 0.43, 0.84, 0.25, 0.75, 12.25, ended)), out);
    assertThat(Events.points(out.toByteArray()))
        .containsExactly(
            new Point("epoch_loss", 0, 1000, 0.25f), new Point("epoch_accuracy", 0, 1000, 0.75f));
  }

  private interface Writer {
    void write(List<EpochRecord> history, OutputStream out) throws IOException;
  }

  private static byte[] bytes(Writer writer) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.write(HISTORY, out);
    return out.toByteArray();
  }
}
