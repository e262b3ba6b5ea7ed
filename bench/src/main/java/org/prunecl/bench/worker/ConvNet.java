package org.prunecl.bench.worker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A convolution of square images of one channel, ReLU, max pooling and a fully connected layer,
 * both layers with biases.
 *
 * @param side rows and columns of an image
 * @param filters of the convolution
 * @param kernel rows and columns of a filter; stride 1, no padding
 * @param pool rows and columns of the squares that are pooled
 * @param classes units of the fully connected layer
 */
public record ConvNet(int side, int filters, int kernel, int pool, int classes) {
  /** The net that a parameter of a case names, as {@link #words} writes it. */
  public static ConvNet of(Order order, int index) {
    int[] numbers = order.widths(index);
    return new ConvNet(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
  }

  /** As the contenders understand it: {@code 28-12-3-2-10}. */
  public String words() {
    return IntStream.of(side, filters, kernel, pool, classes)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining("-"));
  }

  /** Pixels of an image. */
  public int pixels() {
    return side * side;
  }

  /** Values of a sample that the fully connected layer takes. */
  public int features() {
    int pooled = (side - kernel + 1) / pool;
    return filters * pooled * pooled;
  }

  /** Places of a filter on an image. */
  public int positions() {
    return (side - kernel + 1) * (side - kernel + 1);
  }

  /** The tensors' shapes: filters, their biases, the other layer's weights and biases. */
  public List<long[]> shapes() {
    return List.of(
        new long[] {filters, 1, kernel, kernel},
        new long[] {filters},
        new long[] {classes, features()},
        new long[] {classes});
  }

  /** The tensors one after the other, from {@code weights.f32}. */
  public List<float[]> tensors(Order order) throws IOException {
    float[] all = order.floats("weights.f32");
    List<float[]> tensors = new ArrayList<>();
    int at = 0;
    for (long[] shape : shapes()) {
      int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
      tensors.add(Arrays.copyOfRange(all, at, at + size));
      at += size;
    }
    return tensors;
  }

  /** Number of weights and biases. */
  public long parameters() {
    return shapes().stream()
        .mapToLong(shape -> Arrays.stream(shape).reduce(1, (a, b) -> a * b))
        .sum();
  }
}
