package org.prunecl.testing;

import static org.prunecl.testing.Expected.UNIT;

/**
 * The dense operations in plain Java and float64, written for clarity. Bounds follow from the
 * standard model of rounding: a sum of n products, in any order, is off by at most n · u · Σ|a||b|.
 */
public final class Reference {
  private Reference() {}

  /**
   * alpha · op(A) · op(B) + beta · C, then the bias added to each row, then ReLU.
   *
   * @param a m × k, or k × m when transposed
   * @param b k × n, or n × k when transposed
   * @param c m × n, or null where beta is 0
   * @param bias m values, or null
   */
  public static Expected gemm(
      int m,
      int n,
      int k,
      double alpha,
      float[] a,
      boolean transposeA,
      float[] b,
      boolean transposeB,
      double beta,
      float[] c,
      float[] bias,
      boolean relu) {
    double[] values = new double[m * n];
    double[] bounds = new double[m * n];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        double size = 0;
        int terms = 0;
        for (int l = 0; l < k; l++) {
          double left = transposeA ? a[l * m + i] : a[i * k + l];
          double right = transposeB ? b[j * k + l] : b[l * n + j];
          sum += left * right;
          size += Math.abs(left * right);
          terms += left == 0 ? 0 : 1;
        }
        double value = alpha * sum;
        size *= Math.abs(alpha);
        if (beta != 0) {
          value += beta * c[i * n + j];
          size += Math.abs(beta * c[i * n + j]);
        }
        if (bias != null) {
          value += bias[i];
          size += Math.abs(bias[i]);
        }
        values[i * n + j] = relu ? relu(value) : value;
        // Beside the sum: alpha, beta, bias, and one addition for each block of 256 or more.
        bounds[i * n + j] = (terms + 4 + k / 256) * UNIT * size;
      }
    }
    return new Expected(values, bounds);
  }

  /** max(x, 0); NaN stays NaN. */
  public static double relu(double x) {
    return x < 0 ? 0 : x;
  }

  /** The sum of each row. */
  public static Expected rowSums(int rows, int columns, float[] a) {
    double[] values = new double[rows];
    double[] bounds = new double[rows];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        values[i] += a[i * columns + j];
        bounds[i] += columns * UNIT * Math.abs(a[i * columns + j]);
      }
    }
    return new Expected(values, bounds);
  }

  /** The L2 norm of each row. */
  public static Expected rowNorms(int rows, int columns, float[] a) {
    double[] values = new double[rows];
    double[] bounds = new double[rows];
    for (int i = 0; i < rows; i++) {
      double squares = 0;
      for (int j = 0; j < columns; j++) {
        squares += (double) a[i * columns + j] * a[i * columns + j];
      }
      values[i] = Math.sqrt(squares);
      // The root halves the sum's relative error; OpenCL grants it 3 units in the last place.
      bounds[i] = (columns / 2.0 + 8) * UNIT * values[i];
    }
    return new Expected(values, bounds);
  }

  /** The row of the largest element of each column, the first of equals. */
  public static int[] columnArgmax(int rows, int columns, float[] a) {
    int[] result = new int[columns];
    for (int j = 0; j < columns; j++) {
      for (int i = 1; i < rows; i++) {
        if (a[i * columns + j] > a[result[j] * columns + j]) {
          result[j] = i;
        }
      }
    }
    return result;
  }

  /** The transpose: columns × rows. */
  public static float[] transpose(int rows, int columns, float[] a) {
    float[] result = new float[a.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        result[j * rows + i] = a[i * columns + j];
      }
    }
    return result;
  }

  /**
   * Softmax and cross-entropy of a batch.
   *
   * @param losses one per sample, −log softmax(logits)[label]
   * @param gradient of the batch's mean loss by the logits, classes × batch
   * @param correct how many samples have their label's logit as the first largest
   */
  public record CrossEntropy(Expected losses, Expected gradient, int correct) {}

  /**
   * Softmax and cross-entropy.
   *
   * @param logits classes × batch
   */
  public static CrossEntropy crossEntropy(int classes, int batch, float[] logits, int[] labels) {
    double[] losses = new double[batch];
    double[] lossBounds = new double[batch];
    double[] gradient = new double[classes * batch];
    double[] gradientBounds = new double[classes * batch];
    int[] predictions = columnArgmax(classes, batch, logits);
    int correct = 0;
    for (int b = 0; b < batch; b++) {
      double largest = logits[predictions[b] * batch + b];
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(logits[c * batch + b] - largest);
      }
      double below = largest - logits[labels[b] * batch + b];
      losses[b] = Math.log(sum) + below;
      // The sum's relative error (one rounding per class, exp within 3 units in the last place of
      // an argument that was rounded), the logarithm's, and the roundings of both subtractions.
      lossBounds[b] = UNIT * (classes + 64 + 8 * Math.log(sum) + 4 * below);
      for (int c = 0; c < classes; c++) {
        double distance = largest - logits[c * batch + b];
        double p = Math.exp(-distance) / sum;
        double hit = c == labels[b] ? 1 : 0;
        gradient[c * batch + b] = (p - hit) / batch;
        // A probability or a gradient below float32's normal range may be flushed to zero.
        gradientBounds[c * batch + b] =
            (UNIT * ((classes + 64 + 2 * distance) * p + 4 * hit) + 0x1p-126) / batch + 0x1p-126;
      }
      correct += predictions[b] == labels[b] ? 1 : 0;
    }
    return new CrossEntropy(
        new Expected(losses, lossBounds), new Expected(gradient, gradientBounds), correct);
  }
}
