package org.prunecl.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Layers in an order, each of which takes what the one before gives. What the tensors of
 * convolutions don't say, the size of the images and the pooling, is tried.
 */
final class LayerChain {
  /** The sides of square images, in the order in which they are tried. */
  static final List<ImageSize> USUAL =
      Stream.of(28, 32, 64, 96).map(side -> new ImageSize(side, side)).toList();

  /** The same after every convolution. */
  private static final int[] POOLS = {2, 1, 3, 4};

  /** Where it isn't the same after every convolution, there is either none or one by this. */
  private static final int USUAL_POOL = 2;

  /** More convolutions than this have the same pooling, for want of time to try all. */
  private static final int MIXED = 12;

  private LayerChain() {}

  /** Whether each layer takes what the one before gives. */
  static boolean chains(List<LayerWeights> layers) {
    return IntStream.range(1, layers.size())
        .allMatch(i -> layers.get(i).follows(layers.get(i - 1)));
  }

  /**
   * All the networks that the layers can be in this order for the first size of images for which
   * there is any: those with the same pooling after every convolution, or if there are none, those
   * that pool by 2 after some and not after others. None where the layers don't chain; more than
   * one where the tensors don't tell.
   */
  static List<List<LayerWeights>> networks(List<LayerTensors> order, List<ImageSize> images) {
    int convolutions = (int) order.stream().filter(LayerTensors::convolves).count();
    if (convolutions == 0) {
      List<LayerWeights> layers = order.stream().map(LayerTensors::connected).toList();
      return chains(layers) ? List.of(layers) : List.of();
    }
    return images.stream()
        .flatMap(
            image ->
                Stream.of(same(convolutions), mixed(convolutions))
                    .map(pools -> networks(order, image, pools)))
        .filter(networks -> !networks.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  private static List<List<LayerWeights>> networks(
      List<LayerTensors> order, ImageSize image, Stream<int[]> pools) {
    return pools.map(each -> network(order, image, each)).flatMap(Optional::stream).toList();
  }

  private static Stream<int[]> same(int convolutions) {
    return Arrays.stream(POOLS)
        .mapToObj(
            pool -> {
              int[] pools = new int[convolutions];
              Arrays.fill(pools, pool);
              return pools;
            });
  }

  private static Stream<int[]> mixed(int convolutions) {
    if (convolutions > MIXED) {
      return Stream.empty();
    }
    // Bit i of a number: whether convolution i is pooled. All or none of them is in same().
    return IntStream.range(1, (1 << convolutions) - 1)
        .mapToObj(
            bits ->
                IntStream.range(0, convolutions)
                    .map(i -> (bits >> i & 1) != 0 ? USUAL_POOL : 1)
                    .toArray());
  }

  private static Optional<List<LayerWeights>> network(
      List<LayerTensors> order, ImageSize image, int[] pools) {
    List<LayerWeights> layers = new ArrayList<>();
    int height = image.height();
    int width = image.width();
    for (LayerTensors tensors : order) {
      if (tensors.convolves()) {
        Optional<LayerWeights> layer = tensors.convolving(height, width, pools[layers.size()]);
        if (layer.isEmpty()) {
          return Optional.empty();
        }
        layers.add(layer.get());
        height = layer.get().convolution().outputHeight();
        width = layer.get().convolution().outputWidth();
      } else {
        layers.add(tensors.connected());
      }
    }
    return chains(layers) ? Optional.of(layers) : Optional.empty();
  }
}
