package org.prunecl.nn;

/** The form in which a layer's weights are stored and multiplied. */
public enum Form {
  /** Every weight, zeros included. */
  DENSE,
  /** Compressed sparse rows. */
  CSR
}
