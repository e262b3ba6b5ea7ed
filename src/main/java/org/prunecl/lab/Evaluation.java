package org.prunecl.lab;

/**
 * What {@code eval --json} prints.
 *
 * @param accuracy share of images classified correctly, 0 to 1
 * @param loss mean cross-entropy
 * @param images how many were evaluated
 * @param execution the form that ran: {@code dense}, {@code csr} or {@code compact}
 */
public record Evaluation(double accuracy, double loss, int images, String execution) {}
