package org.prunecl.ops;

/**
 * The input of a convolution of stride 1 without padding, and its kernel. A sample's values are
 * ordered channel by channel, each row by row, as in PyTorch and ONNX.
 *
 * @param channels of the image, at least 1
 * @param height rows of the image, at least {@code kernelHeight}
 * @param width columns of the image, at least {@code kernelWidth}
 * @param kernelHeight rows of the kernel, at least 1
 * @param kernelWidth columns of the kernel, at least 1
 */
public record ConvShape(int channels, int height, int width, int kernelHeight, int kernelWidth) {
  /** Refuses what isn't an image, and kernels larger than it. */
  public ConvShape {
    if (channels < 1
        || kernelHeight < 1
        || kernelWidth < 1
        || height < kernelHeight
        || width < kernelWidth) {
      throw new IllegalArgumentException(
          String.format(
              "A kernel of %d × %d on %d channels of %d × %d",
              kernelHeight, kernelWidth, channels, height, width));
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

  /** Places of the kernel on the image: values that a filter gives for a sample. */
  public int positions() {
    return outputHeight() * outputWidth();
  }

  /** Weights of a filter. */
  public int weights() {
    return channels * kernelHeight * kernelWidth;
  }

  /** Values of a sample. */
  public int features() {
    return channels * height * width;
  }
}
