package org.prunecl.lab;

import java.util.List;

/**
 * What {@code eval --json} prints.
 *
 * @param accuracy share of images classified correctly, 0 to 1
 * @param loss mean cross-entropy
 * @param images how many were evaluated
 * @param execution what ran: {@code dense}, {@code csr}, {@code compact} or {@code auto}
 * @param forms the form of each layer that ran, in order
 */
public record Evaluation(
    double accuracy, double loss, int images, String execution, List<String> forms) {
  /** Makes the list unmodifiable. */
  public Evaluation {
    forms = List.copyOf(forms);
  }
}
