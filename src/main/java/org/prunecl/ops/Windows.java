package org.prunecl.ops;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.prunecl.opencl.Range;

/**
 * The elements of a matrix other than zero in slices of 16 rows and steps, as {@code windows.cl}
 * reads them, in host memory. Rows are ordered by falling length. Each step takes an element of
 * every row that has its next one in a window of 32 columns, which begins with the first column
 * that is still wanted, as far as the padded vector reaches, so that it ends as late as it can.
 */
final class Windows {
  static final int ROWS = 16;

  /** What the 16-bit base of a window can count. */
  static final int MOST_COLUMNS = 65_536;

  private static final int WIDTH = 32;

  /** Bases are multiples of it, so that half of what is read doesn't cross lines of the cache. */
  private static final int ALIGNMENT = 8;

  private final int columns;
  private final float[] dense;
  private final int[] order;
  private final int[] starts;
  private final ByteBuffer bases;
  private final byte[] picks;
  private final float[] values;
  private final int nonzeros;

  /**
   * @param dense row by row
   */
  static Windows of(int rows, int columns, float[] dense) {
    return new Windows(rows, columns, dense);
  }

  private Windows(int rows, int columns, float[] dense) {
    this.columns = columns;
    this.dense = dense;
    int slices = (int) Range.groups(rows, ROWS);
    this.order = new int[slices * ROWS];
    this.starts = new int[slices + 1];
    int[] counts = counts(rows);
    this.nonzeros = Arrays.stream(counts).sum();
    int[] byLength = CompressedRows.byLength(counts);
    Arrays.fill(order, -1);
    System.arraycopy(byLength, 0, order, 0, rows);
    for (int slice = 0; slice < slices; slice++) {
      starts[slice + 1] = walk(slice, starts[slice], false);
    }
    this.bases =
        ByteBuffer.allocate(Math.multiplyExact(steps(), Short.BYTES))
            .order(ByteOrder.nativeOrder());
    this.picks = new byte[Math.multiplyExact(steps(), ROWS)];
    this.values = new float[picks.length];
    Arrays.fill(picks, (byte) -1);
    for (int slice = 0; slice < slices; slice++) {
      walk(slice, starts[slice], true);
    }
  }

  private int[] counts(int rows) {
    int[] counts = new int[rows];
    for (int i = 0; i < dense.length; i++) {
      counts[i / columns] += dense[i] != 0 ? 1 : 0;
    }
    return counts;
  }

  /**
   * Goes through a slice.
   *
   * @param step its first step
   * @param write whether to write the steps, or to count them only
   * @return the step after its last one
   */
  private int walk(int slice, int step, boolean write) {
    int[] at = new int[ROWS];
    for (int lane = 0; lane < ROWS; lane++) {
      at[lane] = next(slice * ROWS + lane, 0);
    }
    int first = Arrays.stream(at).min().orElseThrow();
    while (first < columns) {
      int base = base(first);
      if (write) {
        bases.putShort(step * Short.BYTES, (short) base);
      }
      first = columns;
      for (int lane = 0; lane < ROWS; lane++) {
        if (at[lane] < Math.min(base + WIDTH, columns)) {
          if (write) {
            picks[step * ROWS + lane] = (byte) (at[lane] - base);
            values[step * ROWS + lane] = element(slice * ROWS + lane, at[lane]);
          }
          at[lane] = next(slice * ROWS + lane, at[lane] + 1);
        }
        first = Math.min(first, at[lane]);
      }
      step++;
    }
    return step;
  }

  /** Where the window begins that holds a column and lies within the padded vector. */
  private int base(int column) {
    int last = Math.max(0, Matrix.padded(columns) - WIDTH);
    return Math.min(column / ALIGNMENT * ALIGNMENT, last);
  }

  /** The column of a lane's next element, or the number of columns. */
  private int next(int lane, int column) {
    if (order[lane] < 0) {
      return columns;
    }
    while (column < columns && element(lane, column) == 0) {
      column++;
    }
    return column;
  }

  private float element(int lane, int column) {
    return dense[order[lane] * columns + column];
  }

  /** Row of each lane, or −1 beyond the last. */
  int[] order() {
    return order;
  }

  /** First step of each slice, and how many there are. */
  int[] starts() {
    return starts;
  }

  int steps() {
    return starts[starts.length - 1];
  }

  int nonzeros() {
    return nonzeros;
  }

  /** First column of each step's window, 16 bits each. */
  byte[] bases() {
    return bases.array();
  }

  /** Of each lane in each step: the column, counted from the base, or −1. */
  byte[] picks() {
    return picks;
  }

  /** Of each lane in each step. */
  float[] values() {
    return values;
  }
}
