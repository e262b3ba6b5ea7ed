package org.prunecl.io;

import java.util.Arrays;
import java.util.Objects;

/**
 * A named array of float32 values.
 *
 * @param name its name
 * @param shape sizes of the dimensions, each at least 0; none for a scalar
 * @param values as many as the sizes multiply to, row-major; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // compared with nothing
public record Tensor(String name, int[] shape, float[] values) {
  /** Checks that shape and values fit each other. */
  public Tensor {
    Objects.requireNonNull(name, "name");
    shape = shape.clone();
    long elements = 1;
    for (int size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException(name + " has shape " + Arrays.toString(shape));
      }
      elements = Math.multiplyExact(elements, size);
    }
    if (values.length != elements) {
      throw new IllegalArgumentException(
          name + " has shape " + Arrays.toString(shape) + " and " + values.length + " values");
    }
  }

  @Override
  public int[] shape() {
    return shape.clone();
  }

  /** The number of dimensions. */
  public int rank() {
    return shape.length;
  }

  /** Name and shape, as messages show them: {@code 0.weight [300, 784]}. */
  @Override
  public String toString() {
    return name + " " + Arrays.toString(shape);
  }
}
