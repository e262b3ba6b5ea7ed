package org.prunecl.bench.jmh;

/** Plain Java in double precision, and the comparison with it. */
final class Plain {
  private Plain() {}

  /** A · B, A being m × k, B k × n. */
  static double[] product(float[] a, float[] b, int m, int n, int k) {
    double[] c = new double[m * n];
    for (int i = 0; i < m; i++) {
      for (int p = 0; p < k; p++) {
        double left = a[i * k + p];
        for (int j = 0; j < n; j++) {
          c[i * n + j] += left * b[p * n + j];
        }
      }
    }
    return c;
  }

  static float[] transposed(float[] values, int rows, int columns) {
    float[] result = new float[values.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        result[c * rows + r] = values[r * columns + c];
      }
    }
    return result;
  }

  /**
   * Checks a result of the device.
   *
   * @throws IllegalStateException when an element is further off than the tolerance
   */
  static void check(double[] expected, float[] actual, double tolerance) {
    if (expected.length != actual.length) {
      throw new IllegalStateException(expected.length + " and " + actual.length + " elements");
    }
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(expected[i] - actual[i]) <= tolerance)) {
        throw new IllegalStateException(
            "Element " + i + " is " + actual[i] + ", not " + expected[i]);
      }
    }
  }
}
