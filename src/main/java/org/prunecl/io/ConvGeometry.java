package org.prunecl.io;

/**
 * What a convolution (stride 1, no padding) slides over, and the pooling after it. A filter's
 * output is {@code height - kernelHeight + 1} by {@code width - kernelWidth + 1}; pooling takes the
 * largest of each {@code pool × pool} values and leaves out what remains at the lower and the right
 * edge, as PyTorch's {@code MaxPool2d(pool)} does.
 *
 * @param channels of the image, at least 1; all its values can be counted by an {@code int}
 * @param height of the image, at least {@code kernelHeight}
 * @param width of the image, at least {@code kernelWidth}
 * @param kernelHeight at least 1
 * @param kernelWidth at least 1
 * @param pool side and stride of the pooling, 1 for none; at most the output's height and width
 */
public record ConvGeometry(
    int channels, int height, int width, int kernelHeight, int kernelWidth, int pool) {
  /** Checks the sizes. */
  public ConvGeometry {
    if (!possible(channels, height, width, kernelHeight, kernelWidth, pool)) {
      throw new IllegalArgumentException(
          "a kernel of %d×%d and pooling by %d on images of %d×%d×%d"
              .formatted(kernelHeight, kernelWidth, pool, channels, height, width));
    }
  }

  /** Whether there is such a geometry. */
  static boolean possible(
      int channels, int height, int width, int kernelHeight, int kernelWidth, int pool) {
    return channels >= 1
        && fits(height, kernelHeight, pool)
        && fits(width, kernelWidth, pool)
        && (long) height * width <= Integer.MAX_VALUE / channels;
  }

  /** Whether a kernel and the pooling after it leave at least one value of an image's side. */
  private static boolean fits(int side, int kernel, int pool) {
    return kernel >= 1 && pool >= 1 && (side - kernel + 1) / pool >= 1;
  }

  /** Values of a sample, in the order of (channel, row, column). */
  public int features() {
    return channels * height * width;
  }

  /** Weights of a filter, in the order of (channel, row, column). */
  public int weights() {
    return channels * kernelHeight * kernelWidth;
  }

  /** Values that so many filters give of a sample, after pooling. */
  long features(int filters) {
    return (long) filters * outputHeight() * outputWidth();
  }

  /** Rows of a filter's output, after pooling. */
  public int outputHeight() {
    return (height - kernelHeight + 1) / pool;
  }

  /** Columns of a filter's output, after pooling. */
  public int outputWidth() {
    return (width - kernelWidth + 1) / pool;
  }
}
