package org.prunecl.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.prunecl.testing.Draw;
import org.prunecl.testing.Events;
import org.prunecl.testing.Events.Point;

/** Against a file that TensorBoard's own classes wrote, and an independent reader. */
final class EventFileTest {
  private static final Instant START = Instant.ofEpochSecond(1_700_000_000L, 500_000_000L);

  /** The points of src/test/resources/events/make.py. */
  private static final List<Point> POINTS =
      List.of(
          new Point("epoch_loss", 0, 1700000000.75, 0.5f),
          new Point("epoch_loss", 1, 1700000001.25, 0.1f),
          new Point("epoch_accuracy", 127, 1700000002.5, 0),
          new Point("epoch_accuracy", 128, 1700000003.75, -Float.MIN_VALUE),
          new Point("sparsity/größe", 300, 1700000004.0, 3.4e38f),
          new Point("sparsity/größe", 1L << 31, 1700000005.0, Float.POSITIVE_INFINITY),
          new Point("t".repeat(200), Long.MAX_VALUE, 1700000006.000001, Float.NaN));

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @Test
  void the_bytes_are_those_that_tensorboards_own_classes_write() throws IOException {
    EventFile file = new EventFile(bytes, START);
    file.scalar("epoch_loss", 0, START.plusMillis(250), 0.5);
    file.scalar("epoch_loss", 1, START.plusMillis(750), 0.1);
    file.scalar("epoch_accuracy", 127, START.plusMillis(2000), 0);
    file.scalar("epoch_accuracy", 128, START.plusMillis(3250), -1e-45);
    file.scalar("sparsity/größe", 300, START.plusMillis(3500), 3.4e38);
    file.scalar("sparsity/größe", 1L << 31, START.plusMillis(4500), 1e300);
    file.scalar("t".repeat(200), Long.MAX_VALUE, START.plusNanos(5_500_001_000L), Double.NaN);
    assertThat(bytes.toByteArray()).isEqualTo(golden());
  }

  @Test
  void the_reader_of_these_tests_reads_what_tensorboard_writes() throws IOException {
    assertThat(Events.points(golden())).isEqualTo(POINTS);
    assertThat(Events.started(golden())).isEqualTo(1700000000.5);
  }

  @Test
  void the_reader_of_these_tests_finds_every_damaged_byte() throws IOException {
    byte[] golden = golden();
    for (int i = 0; i < golden.length; i++) {
      byte[] damaged = golden.clone();
      damaged[i] ^= 0x10;
      assertThatThrownBy(() -> Events.points(damaged))
          .as("byte %d", i)
          .isInstanceOf(IOException.class)
          .hasMessage("a checksum is wrong");
    }
  }

  /** The catalogue's check value of CRC-32C, and the first three of RFC 3720, B.4. */
  @Test
  void the_checksum_of_these_tests_is_the_published_one() {
    assertThat(Events.crc32c("123456789".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo(0xe3069283);
    assertThat(Events.crc32c(new byte[32])).isEqualTo(0x8a9136aa);
    byte[] ones = new byte[32];
    Arrays.fill(ones, (byte) -1);
    assertThat(Events.crc32c(ones)).isEqualTo(0x62a8ab43);
    byte[] ascending = new byte[32];
    for (int i = 0; i < ascending.length; i++) {
      ascending[i] = (byte) i;
    }
    assertThat(Events.crc32c(ascending)).isEqualTo(0x46dd794e);
  }

  @Test
  void any_point_is_read_as_it_was_written() throws IOException {
    Draw draw = new Draw("event file");
    EventFile file = new EventFile(bytes, START);
    List<Point> expected = new ArrayList<>();
    float[] values = draw.values(200, 1000);
    for (int i = 0; i < values.length; i++) {
      String tag = "é/".repeat(draw.size());
      long step = (long) draw.size() << draw.size() % 50;
      file.scalar(tag, step, START.plusSeconds(i), values[i]);
      expected.add(new Point(tag, step, 1700000000.5 + i, values[i]));
    }
    assertThat(Events.points(bytes.toByteArray())).as("seed %d", Draw.SEED).isEqualTo(expected);
  }

  @Test
  void each_record_can_be_read_at_once() throws IOException {
    BufferedOutputStream out = new BufferedOutputStream(bytes, 1 << 16);
    EventFile file = new EventFile(out, START);
    assertThat(Events.points(bytes.toByteArray())).isEmpty();
    for (int i = 1; i <= 3; i++) {
      file.scalar("loss", i, START, i);
      assertThat(Events.points(bytes.toByteArray())).hasSize(i);
    }
  }

  @Test
  void a_point_without_a_curve_or_before_its_start_is_refused() throws IOException {
    EventFile file = new EventFile(bytes, START);
    assertThatThrownBy(() -> file.scalar("", 0, START, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> file.scalar("loss", -1, START, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("loss", "-1");
    assertThat(Events.points(bytes.toByteArray())).as("nothing of them is written").isEmpty();
  }

  private static byte[] golden() throws IOException {
    try (InputStream in =
        EventFileTest.class.getResourceAsStream("/events/events.out.tfevents.golden")) {
      return in.readAllBytes();
    }
  }
}
