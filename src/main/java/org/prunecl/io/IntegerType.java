package org.prunecl.io;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The whole numbers of safetensors that are read. */
enum IntegerType implements ElementType {
  U8(1) {
    @Override
    public Elements read(int count, Blocks blocks) throws IOException {
      byte[] values = new byte[count];
      for (int at = 0; at < count; ) {
        ByteBuffer block = blocks.next(count - at);
        int here = block.remaining();
        block.get(values, at, here);
        at += here;
      }
      return new Elements.Bytes(values);
    }
  },
  I64(Long.BYTES) {
    @Override
    public Elements read(int count, Blocks blocks) throws IOException {
      long[] values = new long[count];
      for (int at = 0; at < count; ) {
        ByteBuffer block = blocks.next((long) (count - at) * Long.BYTES);
        int here = block.remaining() / Long.BYTES;
        block.asLongBuffer().get(values, at, here);
        at += here;
      }
      return new Elements.Longs(values);
    }
  };

  private final int bytes;

  IntegerType(int bytes) {
    this.bytes = bytes;
  }

  @Override
  public int bytes() {
    return bytes;
  }
}
