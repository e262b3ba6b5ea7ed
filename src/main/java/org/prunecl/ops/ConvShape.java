package org.prunecl.ops;

/**
 * The shape of a convolution with stride 1 and without padding, of each sample of a batch.
 *
 * @param channels channels of the image
 * @param height its rows
 * @param width its columns
 * @param kernelHeight rows of the kernel, at most {@code height}
 * @param kernelWidth columns of the kernel, at most {@code width}
 */
public record ConvShape(int channels, int height, int width, int kernelHeight, int kernelWidth) {
  /** Checks that the kernel fits into the image. */
  public ConvShape {
    if (channels < 1
        || kernelHeight < 1
        || kernelWidth < 1
        || kernelHeight > height
        || kernelWidth > width) {
      throw new IllegalArgumentException(
          "A kernel of %d × %d on %d channels of %d × %d"
              .formatted(kernelHeight, kernelWidth, channels, height, width));
    }
  }

  /** Rows of the result. */
  public int outputHeight() {
    return height - kernelHeight + 1;
  }

  /** Columns of the result. */
  public int outputWidth() {
    return width - kernelWidth + 1;
  }

  /** Places at which the kernel is applied. */
  public int positions() {
    return outputHeight() * outputWidth();
  }

  /** Weights of one filter. */
  public int weights() {
    return channels * kernelHeight * kernelWidth;
  }

  /** Values of a sample. */
  public int features() {
    return channels * height * width;
  }
}
