package org.prunecl.testing;

import static org.prunecl.testing.Expected.UNIT;

import org.prunecl.ops.ConvShape;
import org.prunecl.ops.PoolShape;

/**
 * Convolution and max pooling in plain Java and float64, written for clarity: every definition as
 * one sum over its indices, images as features × batch. Bounds as in {@link Reference}.
 */
public final class ConvReference {
  private ConvReference() {}

  /** What a product of a weight, an input and a result of one sample belongs to. */
  private interface Term {
    void add(int weight, int input, int output);
  }

  /** All terms of a convolution of this many filters and samples, as indices. */
  private static void eachTerm(ConvShape s, int filters, int batch, Term term) {
    for (int f = 0; f < filters; f++) {
      for (int r = 0; r < s.outputHeight(); r++) {
        for (int c = 0; c < s.outputWidth(); c++) {
          int output = (f * s.outputHeight() + r) * s.outputWidth() + c;
          for (int i = 0; i < s.channels(); i++) {
            for (int ky = 0; ky < s.kernelHeight(); ky++) {
              for (int kx = 0; kx < s.kernelWidth(); kx++) {
                int weight =
                    ((f * s.channels() + i) * s.kernelHeight() + ky) * s.kernelWidth() + kx;
                int input = (i * s.height() + r + ky) * s.width() + c + kx;
                for (int b = 0; b < batch; b++) {
                  term.add(weight, input * batch + b, output * batch + b);
                }
              }
            }
          }
        }
      }
    }
  }

  /** Sums of products, with how many there are and their absolute values. */
  private static final class Sums {
    private final double[] values;
    private final double[] sizes;
    private final int[] terms;

    Sums(int count) {
      values = new double[count];
      sizes = new double[count];
      terms = new int[count];
    }

    void add(int at, double term) {
      values[at] += term;
      sizes[at] += Math.abs(term);
      terms[at]++;
    }

    Expected expected() {
      double[] bounds = new double[values.length];
      for (int i = 0; i < bounds.length; i++) {
        bounds[i] = (terms[i] + 1) * UNIT * sizes[i];
      }
      return new Expected(values, bounds);
    }
  }

  /**
   * The convolution, then the bias added, then ReLU.
   *
   * @param w filters × weights
   * @param x features × batch
   * @param bias of each filter, or null
   */
  public static Expected forward(
      ConvShape s, int filters, int batch, float[] w, float[] x, float[] bias, boolean relu) {
    Sums sums = new Sums(filters * s.positions() * batch);
    eachTerm(s, filters, batch, (weight, in, out) -> sums.add(out, (double) w[weight] * x[in]));
    for (int i = 0; bias != null && i < sums.values.length; i++) {
      sums.add(i, bias[i / (s.positions() * batch)]);
    }
    Expected expected = sums.expected();
    for (int i = 0; relu && i < expected.values().length; i++) {
      expected.values()[i] = Reference.relu(expected.values()[i]);
    }
    return expected;
  }

  /** The gradient by the input, from the one by the result. */
  public static Expected backwardInput(ConvShape s, int filters, int batch, float[] w, float[] dy) {
    Sums sums = new Sums(s.features() * batch);
    eachTerm(s, filters, batch, (weight, in, out) -> sums.add(in, (double) w[weight] * dy[out]));
    return sums.expected();
  }

  /** The gradient by the weights, from the one by the result. */
  public static Expected backwardWeights(
      ConvShape s, int filters, int batch, float[] dy, float[] x) {
    Sums sums = new Sums(filters * s.weights());
    eachTerm(s, filters, batch, (weight, in, out) -> sums.add(weight, (double) dy[out] * x[in]));
    return sums.expected();
  }

  /** The gradient by the biases, from the one by the result. */
  public static Expected biasGradient(ConvShape s, int filters, int batch, float[] dy) {
    return Reference.rowSums(filters, s.positions() * batch, dy);
  }

  /**
   * Which input each result of max pooling is: for every output, an index into features × batch.
   */
  public static int[] largest(PoolShape s, int batch, float[] x) {
    int[] largest = new int[s.outputFeatures() * batch];
    for (int out = 0; out < largest.length; out++) {
      int b = out % batch;
      int column = out / batch % s.outputWidth();
      int row = out / batch / s.outputWidth() % s.outputHeight();
      int channel = out / batch / s.outputWidth() / s.outputHeight();
      int most = -1;
      for (int r = row * s.size(); r < (row + 1) * s.size(); r++) {
        for (int c = column * s.size(); c < (column + 1) * s.size(); c++) {
          int in = ((channel * s.height() + r) * s.width() + c) * batch + b;
          if (most < 0 || x[in] > x[most] || (Float.isNaN(x[in]) && !Float.isNaN(x[most]))) {
            most = in;
          }
        }
      }
      largest[out] = most;
    }
    return largest;
  }

  /** Max pooling; exact. */
  public static float[] maxPool(PoolShape s, int batch, float[] x) {
    int[] largest = largest(s, batch, x);
    float[] y = new float[largest.length];
    for (int out = 0; out < y.length; out++) {
      y[out] = x[largest[out]];
    }
    return y;
  }

  /** The gradient by max pooling's input; exact, since each input has one result at most. */
  public static float[] maxPoolBackward(PoolShape s, int batch, float[] x, float[] dy) {
    int[] largest = largest(s, batch, x);
    float[] dx = new float[s.features() * batch];
    for (int out = 0; out < dy.length; out++) {
      dx[largest[out]] = dy[out];
    }
    return dx;
  }
}
