package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.prunecl.opencl.Scope;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.Expected;
import org.prunecl.testing.TestDevice;

/** The gradients of dense layers and of the loss against finite differences in float64. */
@DeviceTest
final class GradientTest {
  private static final int INPUTS = 7;
  private static final int HIDDEN = 9;
  private static final int CLASSES = 5;
  private static final int BATCH = 6;

  /** Central differences are off by about the square of this. */
  private static final double STEP = 1e-5;

  /** ReLU has no derivative at 0: hidden sums keep this far away from it. */
  private static final double KINK = 1e-3;

  /** Roundings of float32 in sums of at most 9 products of numbers near 1, many times over. */
  private static final double BOUND = 5e-6;

  /** Weights and input of two layers; every array is row-major. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Chain(double[][] tensors, int[] labels) {
    static final int W1 = 0;
    static final int B1 = 1;
    static final int W2 = 2;
    static final int B2 = 3;
    static final int X = 4;

    static Chain draw(Draw draw) {
      double[][] tensors = new double[5][];
      int[] sizes = {HIDDEN * INPUTS, HIDDEN, CLASSES * HIDDEN, CLASSES, INPUTS * BATCH};
      Chain chain = new Chain(tensors, draw.indices(BATCH, CLASSES));
      do {
        for (int t = 0; t < sizes.length; t++) {
          tensors[t] = Expected.doubles(draw.values(sizes[t]));
        }
      } while (chain.nearKink());
      return chain;
    }

    private double hidden(int h, int b) {
      double sum = tensors[B1][h];
      for (int i = 0; i < INPUTS; i++) {
        sum += tensors[W1][h * INPUTS + i] * tensors[X][i * BATCH + b];
      }
      return sum;
    }

    private boolean nearKink() {
      for (int h = 0; h < HIDDEN; h++) {
        for (int b = 0; b < BATCH; b++) {
          if (Math.abs(hidden(h, b)) < KINK) {
            return true;
          }
        }
      }
      return false;
    }

    /** The batch's mean loss. */
    double loss() {
      double total = 0;
      for (int b = 0; b < BATCH; b++) {
        double[] logits = tensors[B2].clone();
        for (int h = 0; h < HIDDEN; h++) {
          double activation = Math.max(0, hidden(h, b));
          for (int c = 0; c < CLASSES; c++) {
            logits[c] += tensors[W2][c * HIDDEN + h] * activation;
          }
        }
        double sum = 0;
        for (double logit : logits) {
          sum += Math.exp(logit);
        }
        total += Math.log(sum) - logits[labels[b]];
      }
      return total / BATCH;
    }

    double difference(int tensor, int element) {
      double value = tensors[tensor][element];
      tensors[tensor][element] = value + STEP;
      double above = loss();
      tensors[tensor][element] = value - STEP;
      double below = loss();
      tensors[tensor][element] = value;
      return (above - below) / (2 * STEP);
    }

    float[] floats(int tensor) {
      float[] floats = new float[tensors[tensor].length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) tensors[tensor][i];
      }
      return floats;
    }
  }

  @BothFamilies
  void gradients_through_two_layers_agree_with_finite_differences(Family family) {
    Backend backend = TestDevice.backend(family);
    Chain chain = Chain.draw(new Draw("gradients"));
    Gemm gemm = new Gemm(backend);
    Relu relu = new Relu(backend);
    Reduce reduce = new Reduce(backend);
    try (Scope scope = new Scope()) {
      Matrix w1 = scope.own(backend.matrix(HIDDEN, INPUTS, chain.floats(Chain.W1)));
      Matrix b1 = scope.own(backend.matrix(HIDDEN, 1, chain.floats(Chain.B1)));
      Matrix w2 = scope.own(backend.matrix(CLASSES, HIDDEN, chain.floats(Chain.W2)));
      Matrix b2 = scope.own(backend.matrix(CLASSES, 1, chain.floats(Chain.B2)));
      Matrix x = scope.own(backend.matrix(INPUTS, BATCH, chain.floats(Chain.X)));
      Matrix hidden = scope.own(backend.matrix(HIDDEN, BATCH));
      Matrix logits = scope.own(backend.matrix(CLASSES, BATCH));
      Labels labels = scope.own(new Labels(backend, BATCH)).write(chain.labels);
      Totals totals = scope.own(new Totals(backend, 1));
      SoftmaxCrossEntropy softmax = scope.own(new SoftmaxCrossEntropy(backend, BATCH));
      Matrix[] gradients = {
        scope.own(backend.matrix(HIDDEN, INPUTS)),
        scope.own(backend.matrix(HIDDEN, 1)),
        scope.own(backend.matrix(CLASSES, HIDDEN)),
        scope.own(backend.matrix(CLASSES, 1)),
        scope.own(backend.matrix(INPUTS, BATCH))
      };
      Matrix dHidden = scope.own(backend.matrix(HIDDEN, BATCH));

      gemm.multiply(w1, x, hidden, new Epilogue(b1, true));
      gemm.multiply(w2, hidden, logits, new Epilogue(b2, false));
      softmax.run(logits, labels, logits, totals, 0);
      product(gemm, logits, false, hidden, true, gradients[Chain.W2]);
      reduce.rowSums(logits, gradients[Chain.B2]);
      product(gemm, w2, true, logits, false, dHidden);
      relu.backward(hidden, dHidden);
      product(gemm, dHidden, false, x, true, gradients[Chain.W1]);
      reduce.rowSums(dHidden, gradients[Chain.B1]);
      product(gemm, w1, true, dHidden, false, gradients[Chain.X]);

      assertThat(totals.sum(0, 1).loss() / BATCH).isCloseTo(chain.loss(), within(BOUND));
      for (int t = 0; t < gradients.length; t++) {
        float[] actual = gradients[t].read();
        for (int e = 0; e < actual.length; e++) {
          assertThat((double) actual[e])
              .as("tensor " + t + ", element " + e)
              .isCloseTo(chain.difference(t, e), within(BOUND));
        }
      }
    }
  }

  private static void product(Gemm gemm, Matrix a, boolean ta, Matrix b, boolean tb, Matrix c) {
    gemm.multiply(1f, a, ta, b, tb, 0f, c, Epilogue.NONE);
  }
}
