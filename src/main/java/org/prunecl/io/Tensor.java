package org.prunecl.io;

import java.util.Arrays;
import java.util.Objects;

/**
 * A named array.
 *
 * @param name its name
 * @param shape sizes of the dimensions, each at least 0; none for a scalar
 * @param elements as many as the sizes multiply to
 */
@SuppressWarnings("ArrayRecordComponent") // compared with nothing
public record Tensor(String name, int[] shape, Elements elements) {
  /** Checks that shape and elements fit each other. */
  public Tensor {
    Objects.requireNonNull(name, "name");
    shape = shape.clone();
    long expected = 1;
    for (int size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException(name + " has shape " + Arrays.toString(shape));
      }
      expected = Math.multiplyExact(expected, size);
    }
    if (elements.count() != expected) {
      throw new IllegalArgumentException(
          name + " has shape " + Arrays.toString(shape) + " and " + elements.count() + " elements");
    }
  }

  /** An array of float32 values, row-major; not copied. */
  public Tensor(String name, int[] shape, float[] values) {
    this(name, shape, new Elements.Floats(values));
  }

  @Override
  public int[] shape() {
    return shape.clone();
  }

  /** The number of dimensions. */
  public int rank() {
    return shape.length;
  }

  /** Bytes that the elements take in a file. */
  long bytes() {
    return (long) elements.count() * elements.bytes();
  }

  /** Name and shape, as messages show them: {@code 0.weight [300, 784]}, {@code steps I64 [3]}. */
  @Override
  public String toString() {
    String dtype = elements instanceof Elements.Floats ? "" : elements.dtype() + " ";
    return name + " " + dtype + Arrays.toString(shape);
  }
}
