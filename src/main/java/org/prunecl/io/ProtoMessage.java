package org.prunecl.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.prunecl.IoConsumer;

/**
 * A message in the wire format of <a
 * href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers</a>, fields in the
 * order in which they are added. Refers to what is added, so that weights are in memory once.
 */
final class ProtoMessage {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED_32 = 5;
  private static final int PAYLOAD_BITS = 7;
  private static final int MORE = 0x80;

  private final List<IoConsumer<OutputStream>> parts = new ArrayList<>();
  private long bytes;

  /** Adds an integer or the number of an enumeration's constant. */
  ProtoMessage add(int field, long value) {
    key(field, VARINT);
    varint(value);
    return this;
  }

  /** Adds a {@code float}. */
  ProtoMessage add(int field, float value) {
    return fixed(field, FIXED_32, littleEndian(Float.BYTES).putFloat(value).array());
  }

  /** Adds a {@code double}. */
  ProtoMessage add(int field, double value) {
    return fixed(field, FIXED_64, littleEndian(Double.BYTES).putDouble(value).array());
  }

  /** Adds a string. */
  ProtoMessage add(int field, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return delimited(field, utf8.length, out -> out.write(utf8));
  }

  /** Adds a field of type {@code bytes} that holds elements, little-endian. */
  ProtoMessage add(int field, Elements elements) {
    return delimited(field, (long) elements.count() * elements.bytes(), elements::write);
  }

  /** Adds a message, which must not change any more. */
  ProtoMessage add(int field, ProtoMessage message) {
    return delimited(field, message.bytes, message::write);
  }

  /** The bytes that are written. */
  long bytes() {
    return bytes;
  }

  /**
   * Writes the message.
   *
   * @param out where to; not closed
   * @throws IOException if writing fails
   */
  void write(OutputStream out) throws IOException {
    for (IoConsumer<OutputStream> part : parts) {
      part.accept(out);
    }
  }

  private ProtoMessage fixed(int field, int wireType, byte[] value) {
    key(field, wireType);
    parts.add(out -> out.write(value));
    bytes += value.length;
    return this;
  }

  private static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private ProtoMessage delimited(int field, long length, IoConsumer<OutputStream> content) {
    key(field, LENGTH_DELIMITED);
    varint(length);
    parts.add(content);
    bytes += length;
    return this;
  }

  private void key(int field, int wireType) {
    varint((long) field << 3 | wireType);
  }

  /** Seven bits a byte, the lowest first; the top bit says that more follow. */
  private void varint(long value) {
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    long rest = value;
    while (rest >>> PAYLOAD_BITS != 0) {
      encoded.write((int) rest | MORE);
      rest >>>= PAYLOAD_BITS;
    }
    encoded.write((int) rest);
    parts.add(encoded::writeTo);
    bytes += encoded.size();
  }
}
