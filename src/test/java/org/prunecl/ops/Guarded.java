package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.prunecl.testing.TestDevice;

/**
 * A matrix under test: its padding holds NaN, so that reading it shows, and behind it lies a band
 * of a known value, so that writing past its end shows.
 */
final class Guarded implements AutoCloseable {
  private static final float SENTINEL = -4321.125f;

  // The simulator itself reports accesses behind a buffer.
  private static final int BAND = TestDevice.simulated() ? 0 : 4096;

  private final Matrix memory;
  private final Matrix matrix;
  private final float[] written;

  private Guarded(Backend backend, int rows, int columns, float[] values) {
    int size = (int) (Matrix.bytes(rows, columns) / Float.BYTES);
    memory = backend.matrix(1, size + BAND);
    memory.fill(SENTINEL);
    matrix = memory.reshaped(rows, columns);
    written = new float[size];
    Arrays.fill(written, Float.NaN);
    for (int r = 0; r < rows && values != null; r++) {
      System.arraycopy(values, r * columns, written, r * matrix.leadingDimension(), columns);
    }
    memory.buffer().write(written, size, 0);
  }

  /** A matrix that holds these values, NaN in its padding. */
  static Guarded of(Backend backend, int rows, int columns, float[] values) {
    return new Guarded(backend, rows, columns, values);
  }

  /** A matrix of nothing but NaN, for a result. */
  static Guarded result(Backend backend, int rows, int columns) {
    return new Guarded(backend, rows, columns, null);
  }

  Matrix matrix() {
    return matrix;
  }

  /** The values, once the band behind them was found untouched. */
  float[] read() {
    checkBand();
    return matrix.read();
  }

  /** Fails when an operation has written into this operand. */
  void checkUnchanged() {
    checkBand();
    int[] now = bits(memory.buffer().readFloats(written.length, 0));
    assertThat(now).as("operand of " + matrix + ", padding included").isEqualTo(bits(written));
  }

  private void checkBand() {
    float[] band = memory.buffer().readFloats(BAND, written.length);
    for (int i = 0; i < BAND; i++) {
      if (band[i] != SENTINEL) {
        throw new AssertionError(
            "Float " + i + " behind a matrix of " + matrix + " was overwritten with " + band[i]);
      }
    }
  }

  /** Bits, NaN in one form: drivers may change a NaN's payload. */
  static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToIntBits(values[i]);
    }
    return bits;
  }

  @Override
  public void close() {
    memory.close();
  }
}
