package org.prunecl.bench.worker;

import java.util.Arrays;

/**
 * A matrix in compressed sparse rows with 32-bit indices, from 0: what sparse libraries take.
 *
 * @param rows number of rows
 * @param columns number of columns
 * @param starts where each row begins among the elements, and where the last one ends
 * @param columnIndices the column of each element, ascending in a row
 * @param values the elements
 */
@SuppressWarnings("ArrayRecordComponent") // handed to libraries, never compared
public record Csr(int rows, int columns, int[] starts, int[] columnIndices, float[] values) {

  /**
   * Keeps what is not zero.
   *
   * @param dense rows × columns, row by row
   */
  public static Csr of(int rows, int columns, float[] dense) {
    int[] starts = new int[rows + 1];
    int[] columnIndices = new int[dense.length];
    float[] values = new float[dense.length];
    int count = 0;
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        float value = dense[r * columns + c];
        if (value != 0) {
          columnIndices[count] = c;
          values[count] = value;
          count++;
        }
      }
      starts[r + 1] = count;
    }
    return new Csr(
        rows, columns, starts, Arrays.copyOf(columnIndices, count), Arrays.copyOf(values, count));
  }
}
