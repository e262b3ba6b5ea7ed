package org.prunecl.lab;

/**
 * From which sparsity a form stays faster than dense.
 *
 * @param method {@code weight} or {@code unit}
 * @param execution the form compared with dense: {@code csr} or {@code compact}
 * @param batch images per inference
 * @param sparsity smallest sparsity from which the form stays faster, interpolated between measured
 *     points; null where it never is
 * @param auto the same for the forms that measurement picks for each layer; null where they never
 *     are, and where nothing but dense forms was picked
 */
public record Crossover(String method, String execution, int batch, Double sparsity, Double auto) {}
