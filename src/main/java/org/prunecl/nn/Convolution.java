package org.prunecl.nn;

import org.prunecl.ops.ConvShape;

/**
 * What makes a layer convolutional: its filters are applied at every position of an image, ReLU
 * follows unless it is the last layer, then max pooling.
 *
 * @param shape the image and the kernel
 * @param pool rows and columns of the squares of which the largest value is kept, side by side; 1
 *     for no pooling. What a square doesn't fit into is left out.
 */
public record Convolution(ConvShape shape, int pool) {
  /** Checks that a square of pooling fits into what the convolution gives. */
  public Convolution {
    if (pool < 1 || pool > shape.outputHeight() || pool > shape.outputWidth()) {
      throw new IllegalArgumentException(
          "Pooling %d × %d of %d × %d"
              .formatted(pool, pool, shape.outputHeight(), shape.outputWidth()));
    }
  }

  /** Whether pooling follows. */
  public boolean pooled() {
    return pool > 1;
  }

  /** Rows of what the layer gives, after pooling. */
  public int height() {
    return shape.outputHeight() / pool;
  }

  /** Columns of what the layer gives, after pooling. */
  public int width() {
    return shape.outputWidth() / pool;
  }

  /** The same convolution of an image of that many channels. */
  public Convolution channels(int channels) {
    return new Convolution(
        new ConvShape(
            channels, shape.height(), shape.width(), shape.kernelHeight(), shape.kernelWidth()),
        pool);
  }

  /**
   * Channels, rows and columns of the image, the kernel and the pooling, such as 1x28x28 3x3 /2.
   */
  public String label() {
    String label =
        "%dx%dx%d %dx%d"
            .formatted(
                shape.channels(),
                shape.height(),
                shape.width(),
                shape.kernelHeight(),
                shape.kernelWidth());
    return pooled() ? label + " /" + pool : label;
  }
}
