package org.prunecl.data;

import java.util.Arrays;

/**
 * Images of one size, each with its label. The arrays are handed out as they are, not copied: they
 * must not be changed.
 *
 * @param count number of images, at least 1
 * @param rows pixels down, at least 1
 * @param columns pixels across, at least 1
 * @param pixels count × rows × columns bytes, 0 to 255 unsigned, image after image, row-major
 * @param labels count bytes, 0 to 255 unsigned
 */
@SuppressWarnings("ArrayRecordComponent") // compared with nothing
public record LabelledImages(int count, int rows, int columns, byte[] pixels, byte[] labels) {
  /** Checks that the arrays have the sizes stated. */
  public LabelledImages {
    if (count < 1 || rows < 1 || columns < 1) {
      throw new IllegalArgumentException(count + " images of " + rows + "×" + columns);
    }
    if (pixels.length != (long) count * rows * columns || labels.length != count) {
      throw new IllegalArgumentException(
          pixels.length + " pixels and " + labels.length + " labels for " + count + " images");
    }
  }

  /** Pixels of one image: rows × columns. */
  public int pixelsPerImage() {
    return rows * columns;
  }

  /**
   * The first so many images.
   *
   * @param number 1 to count
   */
  public LabelledImages first(int number) {
    return range(0, number);
  }

  /** The images from one to before another, at least one. */
  LabelledImages range(int from, int to) {
    return new LabelledImages(
        to - from,
        rows,
        columns,
        Arrays.copyOfRange(pixels, from * pixelsPerImage(), to * pixelsPerImage()),
        Arrays.copyOfRange(labels, from, to));
  }

  /**
   * The label of an image, 0 to 255.
   *
   * @param image 0 to count - 1
   */
  public int label(int image) {
    return Byte.toUnsignedInt(labels[image]);
  }

  /** The largest label that occurs. */
  public int largestLabel() {
    int largest = 0;
    for (byte label : labels) {
      largest = Math.max(largest, Byte.toUnsignedInt(label));
    }
    return largest;
  }
}
