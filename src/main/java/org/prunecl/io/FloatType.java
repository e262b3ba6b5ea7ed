package org.prunecl.io;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The floats of safetensors that are read, each widened or rounded to float32. */
enum FloatType implements ElementType {
  F16(2) {
    @Override
    float get(ByteBuffer data) {
      int bits = Short.toUnsignedInt(data.getShort());
      int exponent = (bits >> 10) & 0x1f;
      int fraction = bits & 0x3ff;
      float magnitude =
          switch (exponent) {
            case 0 -> Math.scalb((float) fraction, -24); // subnormal
            case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
            default -> Math.scalb((float) (0x400 | fraction), exponent - 25);
          };
      return (bits & 0x8000) == 0 ? magnitude : -magnitude;
    }
  },
  BF16(2) {
    @Override
    float get(ByteBuffer data) {
      // The upper half of a float32.
      return Float.intBitsToFloat(data.getShort() << 16);
    }
  },
  F32(4) {
    @Override
    float get(ByteBuffer data) {
      return data.getFloat();
    }
  },
  F64(8) {
    @Override
    float get(ByteBuffer data) {
      return (float) data.getDouble();
    }
  };

  private final int bytes;

  FloatType(int bytes) {
    this.bytes = bytes;
  }

  @Override
  public int bytes() {
    return bytes;
  }

  @Override
  public Elements read(int count, Blocks blocks) throws IOException {
    float[] values = new float[count];
    for (int at = 0; at < count; ) {
      ByteBuffer block = blocks.next((long) (count - at) * bytes);
      while (block.hasRemaining()) {
        values[at++] = get(block);
      }
    }
    return new Elements.Floats(values);
  }

  /** The next element. */
  abstract float get(ByteBuffer data);
}
