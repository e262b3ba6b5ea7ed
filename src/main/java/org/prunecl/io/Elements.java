package org.prunecl.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The elements of a tensor, row-major; the arrays are not copied. */
public sealed interface Elements {
  /** Elements that are written at a time. */
  int BLOCK = 1 << 16;

  /** How many there are. */
  int count();

  /** The name of their type in the safetensors format. */
  String dtype();

  /** Bytes that one of them takes in a file. */
  int bytes();

  /**
   * Puts some of them into a buffer.
   *
   * @param data little-endian, with room for them from its position on
   * @param from index of the first
   * @param count how many
   */
  void put(ByteBuffer data, int from, int count);

  /**
   * Writes all of them, little-endian.
   *
   * @param out where to; not closed
   * @throws IOException if writing fails
   */
  default void write(OutputStream out) throws IOException {
    ByteBuffer block =
        ByteBuffer.allocate(Math.min(count(), BLOCK) * bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < count(); at += BLOCK) {
      int some = Math.min(BLOCK, count() - at);
      put(block.clear(), at, some);
      out.write(block.array(), 0, some * bytes());
    }
  }

  /**
   * Numbers, written as F32.
   *
   * @param values the elements
   */
  @SuppressWarnings("ArrayRecordComponent") // compared with nothing
  record Floats(float[] values) implements Elements {
    @Override
    public int count() {
      return values.length;
    }

    @Override
    public String dtype() {
      return FloatType.F32.name();
    }

    @Override
    public int bytes() {
      return FloatType.F32.bytes();
    }

    @Override
    public void put(ByteBuffer data, int from, int count) {
      data.asFloatBuffer().put(values, from, count);
    }
  }

  /**
   * Bytes, written as U8.
   *
   * @param values the elements
   */
  @SuppressWarnings("ArrayRecordComponent") // compared with nothing
  record Bytes(byte[] values) implements Elements {
    @Override
    public int count() {
      return values.length;
    }

    @Override
    public String dtype() {
      return IntegerType.U8.name();
    }

    @Override
    public int bytes() {
      return IntegerType.U8.bytes();
    }

    @Override
    public void put(ByteBuffer data, int from, int count) {
      data.put(values, from, count);
    }
  }

  /**
   * Whole numbers, written as I64.
   *
   * @param values the elements
   */
  @SuppressWarnings("ArrayRecordComponent") // compared with nothing
  record Longs(long[] values) implements Elements {
    @Override
    public int count() {
      return values.length;
    }

    @Override
    public String dtype() {
      return IntegerType.I64.name();
    }

    @Override
    public int bytes() {
      return IntegerType.I64.bytes();
    }

    @Override
    public void put(ByteBuffer data, int from, int count) {
      data.asLongBuffer().put(values, from, count);
    }
  }
}
