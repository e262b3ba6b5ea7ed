package org.prunecl.lab;

/**
 * How long a batch takes from host memory to host memory, medians in milliseconds: measured
 * alternating.
 *
 * @param layersMs with a launch for each layer, in the form chosen for it
 * @param denseMs with one launch for all layers, zeros included
 * @param sparseMs with one launch for all layers, of which those with few weights left are sparse
 */
record Launches(double layersMs, double denseMs, double sparseMs) {
  /** With one launch, the faster way. */
  double oneMs() {
    return Math.min(denseMs, sparseMs);
  }
}
