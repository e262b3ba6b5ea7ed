package org.prunecl.data;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.prunecl.PruneClException.Kind;

/** How a pixel of 0 to 255 becomes an input: {@code pixel * scale + shift}, in float32. */
public enum Normalization {
  /** To [0, 1]. */
  UNIT(1f / 255f, 0f),
  /** To [-1, 1]: [0, 1] with mean 0.5 taken off, divided by a standard deviation of 0.5. */
  HALF(2f / 255f, -1f);

  private final float scale;
  private final float shift;

  Normalization(float scale, float shift) {
    this.scale = scale;
    this.shift = shift;
  }

  /** What a pixel is multiplied by. */
  public float scale() {
    return scale;
  }

  /** What is added after that. */
  public float shift() {
    return shift;
  }

  /** The name as users write it: {@code unit} or {@code half}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The normalisation that a user's word means.
   *
   * @param text {@code unit} or {@code half}
   * @throws DataException of kind INPUT if it is neither
   */
  public static Normalization parse(String text) {
    for (Normalization normalization : values()) {
      if (normalization.label().equals(text)) {
        return normalization;
      }
    }
    String choices =
        Arrays.stream(values()).map(Normalization::label).collect(Collectors.joining(" or "));
    throw new DataException(Kind.INPUT, "'" + text + "' is no normalisation", "choose " + choices);
  }
}
