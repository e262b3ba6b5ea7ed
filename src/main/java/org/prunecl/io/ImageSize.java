package org.prunecl.io;

/**
 * How large images are.
 *
 * @param height rows, at least 1
 * @param width columns, at least 1
 */
public record ImageSize(int height, int width) {
  /** Checks the sizes. */
  public ImageSize {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException("images of " + height + "×" + width);
    }
  }

  @Override
  public String toString() {
    return height + "×" + width;
  }
}
