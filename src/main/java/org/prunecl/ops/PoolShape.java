package org.prunecl.ops;

/**
 * The input of a pooling over squares that lie side by side, and their size. Rows and columns that
 * fill no square are left out, as PyTorch and Keras do by default.
 *
 * @param channels of the image, at least 1
 * @param height rows of the image, at least {@code size}
 * @param width columns of the image, at least {@code size}
 * @param size rows and columns of a square, at least 1
 */
public record PoolShape(int channels, int height, int width, int size) {
  /** Refuses what isn't an image, and squares larger than it. */
  public PoolShape {
    if (channels < 1 || size < 1 || height < size || width < size) {
      throw new IllegalArgumentException(
          String.format(
              "Pooling by %d × %d on %d channels of %d × %d", size, size, channels, height, width));
    }
  }

  /** Rows of the result. */
  public int outputHeight() {
    return height / size;
  }

  /** Columns of the result. */
  public int outputWidth() {
    return width / size;
  }

  /** Values of a sample. */
  public int features() {
    return channels * height * width;
  }

  /** Values of a sample's result. */
  public int outputFeatures() {
    return channels * outputHeight() * outputWidth();
  }
}
