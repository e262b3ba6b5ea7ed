package org.prunecl.testing;

import java.util.Arrays;

/**
 * A result in float64, and how far each element computed in float32 may lie from it.
 *
 * @param values the exact result, within float64's own error
 * @param bounds absolute; 0 where the result must be exact
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Expected(double[] values, double[] bounds) {
  /** float32's unit roundoff: the relative error of one correctly rounded operation. */
  public static final double UNIT = 0x1p-24;

  /** The same values without tolerance, for inputs that make every operation exact. */
  public Expected exact() {
    return new Expected(values, new double[values.length]);
  }

  /** The values as floats. */
  public float[] floats() {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /** These floats in float64. */
  public static double[] doubles(float[] floats) {
    double[] doubles = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }

  /** Fails unless each element lies within its bound; NaN where NaN is expected and only there. */
  public void matches(float[] actual, String what) {
    if (actual.length != values.length) {
      throw new AssertionError(what + ": " + actual.length + " values, expected " + values.length);
    }
    for (int i = 0; i < actual.length; i++) {
      boolean fits =
          Double.isNaN(values[i])
              ? Float.isNaN(actual[i])
              : Math.abs(actual[i] - values[i]) <= bounds[i];
      if (!fits) {
        throw new AssertionError(
            String.format(
                "%s: element %d is %s, expected %s within %s; elements around it: %s",
                what,
                i,
                actual[i],
                values[i],
                bounds[i],
                Arrays.toString(
                    Arrays.copyOfRange(
                        actual, Math.max(0, i - 4), Math.min(actual.length, i + 5)))));
      }
    }
  }
}
