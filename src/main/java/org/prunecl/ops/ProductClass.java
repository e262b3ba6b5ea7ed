package org.prunecl.ops;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dense products of about the same shape, which share their parameters: which operands are stored
 * transposed, and M, N and K, each rounded to the nearest power of two by ratio.
 *
 * @param transposeA whether A is stored K × M
 * @param transposeB whether B is stored N × K
 * @param m rows of the result, a power of two
 * @param n columns of the result, a power of two
 * @param k terms of each sum, a power of two
 */
public record ProductClass(boolean transposeA, boolean transposeB, int m, int n, int k)
    implements Comparable<ProductClass> {
  private static final Pattern TEXT =
      Pattern.compile("([NT])([NT]) (\\d{1,9})x(\\d{1,9})x(\\d{1,9})");
  private static final Comparator<ProductClass> ORDER =
      Comparator.comparing(ProductClass::operands)
          .thenComparing(ProductClass::m)
          .thenComparing(ProductClass::n)
          .thenComparing(ProductClass::k);

  /** Rounds the sizes, which are at least 1. */
  public ProductClass {
    m = 1 << exponent(m);
    n = 1 << exponent(n);
    k = 1 << exponent(k);
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException when it is something else
   */
  public static ProductClass parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is no class such as NT 1024x1024x128");
    }
    return new ProductClass(
        matcher.group(1).equals("T"),
        matcher.group(2).equals("T"),
        Integer.parseInt(matcher.group(3)),
        Integer.parseInt(matcher.group(4)),
        Integer.parseInt(matcher.group(5)));
  }

  /** How many doublings or halvings lie between both shapes; the operands must be alike. */
  int distance(ProductClass other) {
    return Math.abs(exponent(m) - exponent(other.m))
        + Math.abs(exponent(n) - exponent(other.n))
        + Math.abs(exponent(k) - exponent(other.k));
  }

  boolean sameOperands(ProductClass other) {
    return transposeA == other.transposeA && transposeB == other.transposeB;
  }

  private static int exponent(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("A product with a size of " + size);
    }
    return Math.min(30, (int) Math.round(Math.log(size) / Math.log(2)));
  }

  /** N for an operand as it is, T for a transposed one, as BLAS has them. */
  String operands() {
    return (transposeA ? "T" : "N") + (transposeB ? "T" : "N");
  }

  @Override
  public int compareTo(ProductClass other) {
    return ORDER.compare(this, other);
  }

  /** Operands and M x N x K: {@code "TN 1024x128x512"}. */
  @Override
  public String toString() {
    return operands() + " " + m + "x" + n + "x" + k;
  }
}
