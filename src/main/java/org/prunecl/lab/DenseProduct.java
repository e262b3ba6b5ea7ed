package org.prunecl.lab;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.prunecl.ops.Gemm;
import org.prunecl.ops.ProductClass;

/**
 * A dense product C = op(A) · op(B) on random whole numbers so small that float32 and float64 alike
 * compute it exactly, in any order: a result is right to the bit or wrong.
 *
 * @param transposeA whether A is stored K × M
 * @param transposeB whether B is stored N × K
 * @param m rows of C
 * @param n columns of C
 * @param k terms of each sum, at most 2^18
 */
record DenseProduct(boolean transposeA, boolean transposeB, int m, int n, int k) {
  /** Sums of 2^18 products of at most 8² stay below 2^24, to which float32 counts. */
  private static final int LARGEST = 8;

  private static final int MAX_TERMS = 1 << 18;

  DenseProduct {
    if (k > MAX_TERMS) {
      throw new IllegalArgumentException(k + " terms would not be exact");
    }
  }

  /**
   * The products of training layers of these shapes at these batches, one for each class: forward W
   * · X, the gradient by the inputs Wᵀ · dY, and the gradient by the weights dY · Xᵀ.
   */
  static Collection<DenseProduct> of(List<KernelBench.Shape> layers, List<Integer> batches) {
    Map<ProductClass, DenseProduct> products = new TreeMap<>();
    for (int batch : batches) {
      for (KernelBench.Shape layer : layers) {
        int out = layer.rows();
        int in = layer.cols();
        for (DenseProduct product :
            List.of(
                new DenseProduct(false, false, out, batch, in),
                new DenseProduct(true, false, in, batch, out),
                new DenseProduct(false, true, out, in, batch))) {
          if (Gemm.tunable(product.n)) {
            products.putIfAbsent(product.shapeClass(), product);
          }
        }
      }
    }
    return products.values();
  }

  ProductClass shapeClass() {
    return new ProductClass(transposeA, transposeB, m, n, k);
  }

  int rowsOfA() {
    return transposeA ? k : m;
  }

  int columnsOfA() {
    return transposeA ? m : k;
  }

  int rowsOfB() {
    return transposeB ? n : k;
  }

  int columnsOfB() {
    return transposeB ? k : n;
  }

  static float[] values(int count, SplittableRandom random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt(-LARGEST, LARGEST + 1);
    }
    return values;
  }

  /** The product in plain Java and float64, row by row. */
  double[] reference(float[] a, float[] b) {
    double[] c = new double[m * n];
    IntStream.range(0, m)
        .parallel()
        .forEach(
            i -> {
              for (int l = 0; l < k; l++) {
                double factor = transposeA ? a[l * m + i] : a[i * k + l];
                for (int j = 0; j < n; j++) {
                  c[i * n + j] += factor * (transposeB ? b[j * k + l] : b[l * n + j]);
                }
              }
            });
    return c;
  }
}
