package org.prunecl.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.prunecl.ops.Backend;
import org.prunecl.ops.SparseForm;

/** The form in which a layer's weights are stored and multiplied. */
public enum Form {
  /** Every weight, zeros included. */
  DENSE(null),
  /** Compressed sparse rows. */
  CSR(SparseForm.CSR),
  /** Compressed sparse rows, cut into blocks of columns, for batches. */
  BLOCKED(SparseForm.BLOCKED),
  /** Slices of 16 rows, for single samples. */
  SLICED(SparseForm.SLICED),
  /** Windows of columns, for single samples. */
  WINDOWED(SparseForm.WINDOWED),
  /** Rows ordered by length, for GPUs. */
  ORDERED(SparseForm.ORDERED);

  private final SparseForm sparse;

  Form(SparseForm sparse) {
    this.sparse = sparse;
  }

  /** The sparse form, or null where every weight is stored. */
  SparseForm sparse() {
    return sparse;
  }

  /** All forms that the device has for weights with so many columns at this batch size. */
  static List<Form> suiting(Backend backend, int columns, int batch) {
    List<Form> forms = new ArrayList<>();
    for (Form form : values()) {
      if (form.sparse == null || form.sparse.suits(backend, columns, batch)) {
        forms.add(form);
      }
    }
    return forms;
  }

  /** The name as users read it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
