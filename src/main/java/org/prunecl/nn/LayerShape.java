package org.prunecl.nn;

import java.util.List;
import org.prunecl.ops.ConvShape;
import org.prunecl.ops.Im2col;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.PoolShape;

/**
 * The shape of a layer: of its weights, and of the values that it takes and gives.
 *
 * @param outputs rows of the weights: units, or filters of a convolutional layer
 * @param inputs columns of the weights: inputs of a unit, or channels × kernel rows × kernel
 *     columns
 * @param convolution how its filters are applied, or null where it is fully connected
 */
public record LayerShape(int outputs, int inputs, Convolution convolution) {
  /** Checks that filters have the kernel's weights. */
  public LayerShape {
    if (convolution != null && convolution.shape().weights() != inputs) {
      throw new IllegalArgumentException(
          "Filters of " + inputs + " weights for " + convolution.shape());
    }
  }

  /** Values of a sample that it takes. */
  public int inputFeatures() {
    return convolution == null ? inputs : convolution.shape().features();
  }

  /** Values of a sample that it gives, after pooling. */
  public int outputFeatures() {
    return convolution == null ? outputs : outputs * convolution.height() * convolution.width();
  }

  /** Values of a sample before pooling; as many as it gives where there is none. */
  public int unpooledFeatures() {
    return outputs * positions();
  }

  /** How often each weight is used for a sample. */
  public int positions() {
    return convolution == null ? 1 : convolution.shape().positions();
  }

  /** Columns of what sparse weights are multiplied with: unrolled images are padded. */
  int productColumns(int batch) {
    return convolution == null ? batch : Im2col.columns(convolution.shape(), batch);
  }

  /** Multiply-adds per sample, zeros included. */
  public long multiplyAdds() {
    return (long) outputs * inputs * positions();
  }

  /** Whether max pooling follows. */
  public boolean pooled() {
    return convolution != null && convolution.pooled();
  }

  /** The pooling that follows. */
  PoolShape pooling() {
    ConvShape shape = convolution.shape();
    return new PoolShape(outputs, shape.outputHeight(), shape.outputWidth(), convolution.pool());
  }

  /** The largest matrix that it takes or gives at one batch size, unrolled images too, bytes. */
  public long largestBytes(int batch) {
    return Math.max(
        Math.max(Matrix.bytes(inputFeatures(), batch), Matrix.bytes(unpooledFeatures(), batch)),
        Unrolled.imageBytes(List.of(this), batch));
  }

  /** Device memory of the weights, bytes. */
  public long weightBytes() {
    return Matrix.bytes(outputs, inputs);
  }

  /**
   * Whether this layer takes what another one gives: images of the same size, or all of its values.
   */
  boolean follows(LayerShape before) {
    if (inputFeatures() != before.outputFeatures()) {
      return false;
    }
    return convolution == null
        || (before.convolution != null
            && convolution.shape().channels() == before.outputs
            && convolution.shape().height() == before.convolution.height()
            && convolution.shape().width() == before.convolution.width());
  }
}
