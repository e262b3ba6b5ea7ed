package org.prunecl.prune;

import java.util.SplittableRandom;
import org.prunecl.nn.Layer;
import org.prunecl.nn.LayerMasks;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Matrix;

/**
 * A layer whose weights are ranked, and what criteria may know of it. Values are read from the
 * device when they are first asked for. Owns nothing.
 */
final class Candidate {
  private final Backend backend;
  private final Layer layer;
  private final Matrix gradient;
  private final LayerMasks previous;
  private final SplittableRandom random;
  private float[] weights;
  private float[] gradients;
  private float[] draws;
  private byte[] kept;

  /**
   * @param gradient of a loss by the weights, or null
   * @param previous what is pruned already, or null
   * @param random this layer's own
   */
  Candidate(
      Backend backend, Layer layer, Matrix gradient, LayerMasks previous, SplittableRandom random) {
    this.backend = backend;
    this.layer = layer;
    this.gradient = gradient;
    this.previous = previous;
    this.random = random;
  }

  Backend backend() {
    return backend;
  }

  Layer layer() {
    return layer;
  }

  Matrix gradient() {
    return gradient;
  }

  LayerMasks previous() {
    return previous;
  }

  /** The weight at a place, counted row by row. */
  double weight(int place) {
    if (weights == null) {
      weights = layer.weights().read();
    }
    return weights[place];
  }

  /** Weight times gradient. */
  double product(int place) {
    if (gradients == null) {
      gradients = gradient.read();
    }
    return weight(place) * gradients[place];
  }

  /** A random number per weight, positive and finite: the same ones each time this is called. */
  float[] draws() {
    if (draws == null) {
      draws = new float[layer.outputs() * layer.inputs()];
      for (int i = 0; i < draws.length; i++) {
        // All bits of positive finite floats: few are equal, and their order is as random.
        draws[i] = Float.intBitsToFloat(random.nextInt(1, Float.floatToIntBits(Float.MAX_VALUE)));
      }
    }
    return draws;
  }

  /** Whether all weights at these places are pruned already. */
  boolean gone(int[] places) {
    if (previous == null) {
      return false;
    }
    if (kept == null) {
      kept = previous.weights().read();
    }
    for (int place : places) {
      if (kept[place] != 0) {
        return false;
      }
    }
    return true;
  }
}
