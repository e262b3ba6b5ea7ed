package org.prunecl.io;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the order of layers from their shapes and names. */
final class LayerOrder {
  private static final Pattern DIGITS = Pattern.compile("\\d+");
  // Between a digit and what is none, so that numbers stand by themselves.
  private static final Pattern NUMBER_EDGE = Pattern.compile("(?<=\\d)(?=\\D)|(?<=\\D)(?=\\d)");

  /** Names in which a number counts as a number: 2 before 10. */
  private static final Comparator<String> NATURAL = LayerOrder::compareNaturally;

  private LayerOrder() {}

  /** Whether each layer takes as many inputs as the one before has outputs. */
  static boolean chains(List<LayerWeights> layers) {
    for (int i = 1; i < layers.size(); i++) {
      if (layers.get(i).inputs() != layers.get(i - 1).outputs()) {
        return false;
      }
    }
    return true;
  }

  /**
   * The first order that chains: the file's, then the natural one of the names. Where the names
   * differ in their numbers alone the natural one comes first, because files are often sorted by
   * name, 10 before 2, and layers of equal widths chain in any order.
   */
  static Optional<List<LayerWeights>> chain(List<LayerWeights> layers) {
    List<LayerWeights> natural =
        layers.stream().sorted(Comparator.comparing(LayerWeights::name, NATURAL)).toList();
    long patterns =
        layers.stream()
            .map(layer -> DIGITS.matcher(layer.name()).replaceAll("0"))
            .distinct()
            .count();
    Stream<List<LayerWeights>> candidates =
        patterns == 1 ? Stream.of(natural, layers) : Stream.of(layers, natural);
    return candidates.filter(LayerOrder::chains).findFirst();
  }

  private static int compareNaturally(String a, String b) {
    String[] left = NUMBER_EDGE.split(a, -1);
    String[] right = NUMBER_EDGE.split(b, -1);
    for (int i = 0; i < Math.min(left.length, right.length); i++) {
      boolean numbers = DIGITS.matcher(left[i]).matches() && DIGITS.matcher(right[i]).matches();
      int order =
          numbers
              ? new BigInteger(left[i]).compareTo(new BigInteger(right[i]))
              : left[i].compareTo(right[i]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(left.length, right.length);
  }
}
