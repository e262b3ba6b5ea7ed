package org.prunecl.ops;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Host memory from which one matrix is written time and again without waiting: what is enqueued
 * next finds the values on the device.
 */
public final class Upload {
  private final Matrix target;
  private final FloatBuffer staged;

  /** Writes to this matrix, which it does not own. */
  public Upload(Matrix target) {
    this.target = target;
    this.staged =
        ByteBuffer.allocateDirect(target.paddedSize() * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
  }

  /**
   * Enqueues the copy of all values. The caller must have waited for the previous one, as reading
   * any later result does.
   *
   * @param values row by row without padding
   */
  public void write(float[] values) {
    target.checkCount(values);
    int columns = target.columns();
    if (target.leadingDimension() == columns) {
      staged.put(0, values);
      target.buffer().writeLater(staged);
      return;
    }
    for (int r = 0; r < target.rows(); r++) {
      staged.put(r * target.leadingDimension(), values, r * columns, columns);
    }
    target.buffer().writeLater(staged);
  }
}
