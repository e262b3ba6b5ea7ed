package org.prunecl.nn;

import java.util.Arrays;
import java.util.Locale;
import org.prunecl.ops.Backend;
import org.prunecl.ops.DenseColumns;
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
  ORDERED(SparseForm.ORDERED),
  /** Columns, of which those whose input is zero are skipped, for single samples. */
  COLUMNS(SparseForm.COLUMNS),
  /** Every weight, by columns, of which those whose input is zero are skipped. */
  DENSE_COLUMNS(null);

  private final SparseForm sparse;

  Form(SparseForm sparse) {
    this.sparse = sparse;
  }

  /** The sparse form, or null where every weight is stored. */
  SparseForm sparse() {
    return sparse;
  }

  /** The form of a layer whose zeros are left out in that way. */
  static Form of(SparseForm sparse) {
    return Arrays.stream(values()).filter(form -> form.sparse == sparse).findFirst().orElseThrow();
  }

  /** Whether the device has the form for such a layer at this batch size. */
  boolean suits(Backend backend, LayerShape layer, int batch) {
    if (layer.convolution() != null) {
      return this == DENSE
          || (sparse != null
              && Unrolled.countable(layer, batch)
              && sparse.suits(backend, layer.inputs(), layer.productColumns(batch)));
    }
    return switch (this) {
      case DENSE -> true;
      case DENSE_COLUMNS -> DenseColumns.suits(backend, layer.outputs(), batch);
      default -> sparse.suits(backend, layer.inputs(), batch);
    };
  }

  /** Whether the form of that name leaves zeros out. */
  public static boolean sparse(String label) {
    return Arrays.stream(values())
        .anyMatch(form -> form.sparse != null && form.label().equals(label));
  }

  /** Whether products leave out the columns whose input is zero. */
  public boolean skipsZeroInputs() {
    return this == COLUMNS || this == DENSE_COLUMNS;
  }

  /** The name as users read it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
