package org.prunecl.lab;

import java.util.List;
import java.util.Map;

/**
 * What {@code tune --json} prints, schema 1: the parameters of the dense product that were found.
 *
 * @param schema version of this layout: 1
 * @param device where they were measured
 * @param products one for each class of products
 * @param refused candidates that could not be used
 * @param file where the parameters are stored
 */
public record TuneResults(
    int schema, DeviceInfo device, List<Choice> products, List<Refusal> refused, String file) {
  /** The version of the layout that this program writes. */
  public static final int SCHEMA = 1;

  /**
   * What was chosen for one class of products, by one product of it. Times are wall time of a call.
   *
   * @param product the class: operands (N as stored, T transposed) and M x N x K in powers of two
   * @param m rows of the product that was timed
   * @param n its columns
   * @param k terms of each of its sums
   * @param candidates how many parameter sets gave right results
   * @param changed whether the parameters differ from the default's: only where they are clearly
   *     faster
   * @param parameters what was chosen, by name
   * @param defaultMs median with the default's parameters, milliseconds
   * @param defaultLowMs its lower quartile
   * @param defaultHighMs its upper quartile
   * @param medianMs median with the chosen parameters, milliseconds
   * @param lowMs its lower quartile
   * @param highMs its upper quartile
   * @param ratio the default's median by the chosen one's
   */
  public record Choice(
      String product,
      int m,
      int n,
      int k,
      int candidates,
      boolean changed,
      Map<String, Object> parameters,
      double defaultMs,
      double defaultLowMs,
      double defaultHighMs,
      double medianMs,
      double lowMs,
      double highMs,
      double ratio) {}

  /**
   * A candidate that was passed over.
   *
   * @param product the class it was tried for
   * @param parameters of the candidate
   * @param reason why: in one line
   */
  public record Refusal(String product, Map<String, Object> parameters, String reason) {}

  /** Makes the lists unmodifiable. */
  public TuneResults {
    products = List.copyOf(products);
    refused = List.copyOf(refused);
  }
}
