package org.prunecl.lab;

/**
 * How long a single sample takes from host memory to host memory, median in milliseconds: measured
 * alternating.
 *
 * @param layersMs with a launch for each layer, in the form chosen for it
 * @param oneMs with one launch for all layers
 */
record Launches(double layersMs, double oneMs) {
  boolean oneIsFaster() {
    return oneMs < layersMs;
  }
}
