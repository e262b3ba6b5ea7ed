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

  /** Null where host and device share the matrix. */
  private final FloatBuffer staged;

  /** Writes to this matrix, which it does not own. */
  public Upload(Matrix target) {
    this.target = target;
    this.staged =
        target.buffer().view() != null
            ? null
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
    // Asked for each time: a view of a closed buffer would be memory that is not there any more.
    FloatBuffer shared = target.buffer().view();
    if (shared != null) {
      put(values, shared);
    } else {
      put(values, staged);
      target.buffer().writeLater(staged);
    }
  }

  private void put(float[] values, FloatBuffer memory) {
    int columns = target.columns();
    if (target.leadingDimension() == columns) {
      memory.put(0, values);
      return;
    }
    for (int r = 0; r < target.rows(); r++) {
      memory.put(r * target.leadingDimension(), values, r * columns, columns);
    }
  }
}
