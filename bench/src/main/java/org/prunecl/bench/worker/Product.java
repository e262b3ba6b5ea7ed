package org.prunecl.bench.worker;

import java.util.Locale;

/** The three products of a dense layer in a training step. */
public enum Product {
  /** Y = W · X. */
  FORWARD,
  /** dX = Wᵀ · dY. */
  INPUT_GRADIENT,
  /** dW = dY · Xᵀ. */
  WEIGHT_GRADIENT;

  /** As it stands in the names of cases: {@code input-gradient}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The product of this label. */
  public static Product of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
