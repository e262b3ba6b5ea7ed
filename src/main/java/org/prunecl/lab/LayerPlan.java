package org.prunecl.lab;

import java.util.Map;
import org.prunecl.nn.Form;
import org.prunecl.nn.LayerShape;

/**
 * The form of a layer's weights at one batch size, and the measurement that it was chosen by.
 *
 * @param layer the layer's name
 * @param shape of its weights, and how they are applied
 * @param sparsity share of its weights that are zero, 0 to 1
 * @param zeros share of its inputs that are zero in the samples, 0 to 1
 * @param form the form chosen
 * @param medianMs median time of the layer in each form, milliseconds, by the form's name
 * @param remembered whether an earlier measurement decided
 */
public record LayerPlan(
    String layer,
    LayerShape shape,
    double sparsity,
    double zeros,
    Form form,
    Map<String, Double> medianMs,
    boolean remembered) {

  /** How many times faster the chosen form was than the faster dense one. */
  public double speedup() {
    return fastest(false) / medianMs.get(form.label());
  }

  /** The same of the fastest sparse form, chosen or not. */
  public double sparseSpeedup() {
    return fastest(false) / fastest(true);
  }

  private double fastest(boolean sparse) {
    return medianMs.entrySet().stream()
        .filter(time -> Form.sparse(time.getKey()) == sparse)
        .mapToDouble(Map.Entry::getValue)
        .min()
        .orElseThrow();
  }
}
