package org.prunecl.ops;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Writes one matrix time and again without waiting: what is enqueued next finds the values on the
 * device. They go straight into the matrix where host and device share its memory, else through
 * host memory of its own.
 */
public final class Upload {
  private final Matrix target;
  private final FloatBuffer staged;

  /** Writes to this matrix, which it does not own. */
  public Upload(Matrix target) {
    this.target = target;
    FloatBuffer shared = target.buffer().view();
    this.staged =
        shared != null
            ? shared
            : ByteBuffer.allocateDirect(target.paddedSize() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
  }

  /**
   * Writes all values. The caller must have waited for what was enqueued after the previous time,
   * as reading any later result does.
   *
   * @param values row by row without padding
   */
  public void write(float[] values) {
    target.checkCount(values);
    int columns = target.columns();
    if (target.leadingDimension() == columns) {
      staged.put(0, values);
    } else {
      for (int r = 0; r < target.rows(); r++) {
        staged.put(r * target.leadingDimension(), values, r * columns, columns);
      }
    }
    if (target.buffer().view() == null) {
      target.buffer().writeLater(staged);
    }
  }
}
