package org.prunecl.ops;

/**
 * Sparse times dense: Y = epilogue(S · X), whatever S's form. Elements of X that meet only zeros of
 * S don't change the result, not even where they aren't finite.
 */
public final class Spmm {
  private final Backend backend;

  /** Products on this backend. */
  public Spmm(Backend backend) {
    this.backend = backend;
  }

  /**
   * Y = epilogue(S · X).
   *
   * @param s M × K
   * @param x K × N; N is 1 where S's form is for vectors alone
   * @param y M × N; must not be {@code x}
   * @throws IllegalArgumentException when the shapes don't fit
   */
  public void multiply(SparseMatrix s, Matrix x, Matrix y, Epilogue epilogue) {
    if (s.columns() != x.rows() || y.rows() != s.rows() || y.columns() != x.columns()) {
      throw new IllegalArgumentException(
          String.format("Shapes don't fit: %d × %d times %s into %s", s.rows(), s.columns(), x, y));
    }
    s.multiply(x, y, epilogue);
    if (epilogue.gate() != null) {
      new Relu(backend).backward(epilogue.gate(), y);
    }
  }
}
