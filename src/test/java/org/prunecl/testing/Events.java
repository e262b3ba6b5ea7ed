package org.prunecl.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads event files by the published formats of TFRecord, {@code event.proto} and {@code
 * summary.proto}, with a protocol buffers library and a checksum of its own. What it doesn't know
 * is an error.
 */
public final class Events {
  private static final int EVENT_WALL_TIME = 1;
  private static final int EVENT_STEP = 2;
  private static final int EVENT_FILE_VERSION = 3;
  private static final int EVENT_SUMMARY = 5;
  private static final int SUMMARY_VALUE = 1;
  private static final int VALUE_TAG = 1;
  private static final int VALUE_SIMPLE_VALUE = 2;

  private Events() {}

  /**
   * One point of a curve.
   *
   * @param wallTime in seconds since 1970
   */
  public record Point(String tag, long step, double wallTime, float value) {}

  /** The points of a file, which must start with the record of its version. */
  public static List<Point> points(Path file) throws IOException {
    return points(Files.readAllBytes(file));
  }

  /** The points of a file that holds these bytes. */
  public static List<Point> points(byte[] file) throws IOException {
    List<UnknownFieldSet> events = new ArrayList<>();
    for (byte[] record : records(file)) {
      events.add(UnknownFieldSet.parseFrom(record));
    }
    UnknownFieldSet version = events.remove(0);
    known(version, EVENT_WALL_TIME, EVENT_FILE_VERSION);
    String text = text(version, EVENT_FILE_VERSION);
    if (!text.equals("brain.Event:2")) {
      throw new IOException("version " + text);
    }
    List<Point> points = new ArrayList<>();
    for (UnknownFieldSet event : events) {
      points.add(point(event));
    }
    return points;
  }

  private static Point point(UnknownFieldSet event) throws IOException {
    known(event, EVENT_WALL_TIME, EVENT_STEP, EVENT_SUMMARY);
    UnknownFieldSet summary = message(event, EVENT_SUMMARY);
    known(summary, SUMMARY_VALUE);
    UnknownFieldSet value = message(summary, SUMMARY_VALUE);
    known(value, VALUE_TAG, VALUE_SIMPLE_VALUE);
    return new Point(
        text(value, VALUE_TAG),
        event.hasField(EVENT_STEP) ? only(event.getField(EVENT_STEP).getVarintList()) : 0,
        wallTime(event),
        Float.intBitsToFloat(only(value.getField(VALUE_SIMPLE_VALUE).getFixed32List())));
  }

  /** When the file says that it was started, in seconds since 1970. */
  public static double started(byte[] file) throws IOException {
    return wallTime(UnknownFieldSet.parseFrom(records(file).get(0)));
  }

  private static double wallTime(UnknownFieldSet event) throws IOException {
    Field time = event.getField(EVENT_WALL_TIME);
    return Double.longBitsToDouble(only(time.getFixed64List()));
  }

  private static UnknownFieldSet message(UnknownFieldSet message, int field) throws IOException {
    return UnknownFieldSet.parseFrom(bytes(message, field));
  }

  private static String text(UnknownFieldSet message, int field) throws IOException {
    return bytes(message, field).toStringUtf8();
  }

  private static ByteString bytes(UnknownFieldSet message, int field) throws IOException {
    return only(message.getField(field).getLengthDelimitedList());
  }

  private static <T> T only(List<T> values) throws IOException {
    if (values.size() != 1) {
      throw new IOException(values.size() + " values instead of one");
    }
    return values.get(0);
  }

  private static void known(UnknownFieldSet message, Integer... fields) throws IOException {
    if (!Set.of(fields).containsAll(message.asMap().keySet())) {
      throw new IOException("unknown fields: " + message);
    }
  }

  private static List<byte[]> records(byte[] file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> records = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] length = new byte[8];
      in.get(length);
      check(length, in.getInt());
      byte[] data = new byte[Math.toIntExact(ByteBuffer.wrap(length).order(in.order()).getLong())];
      in.get(data);
      check(data, in.getInt());
      records.add(data);
    }
    return records;
  }

  private static void check(byte[] bytes, int masked) throws IOException {
    // As TensorFlow's crc32c.h unmasks.
    int rotated = masked - 0xa282ead8;
    int expected = (rotated >>> 17) | (rotated << 15);
    if (crc32c(bytes) != expected) {
      throw new IOException("a checksum is wrong");
    }
  }

  /** CRC-32C (Castagnoli), bit by bit, as RFC 3720 defines it. */
  public static int crc32c(byte[] bytes) {
    int crc = ~0;
    for (byte value : bytes) {
      crc ^= value & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ 0x82f63b78;
      }
    }
    return ~crc;
  }
}
