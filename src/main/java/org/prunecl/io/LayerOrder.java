package org.prunecl.io;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
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

  /**
   * The orders to try: the file's, then the natural one of the names, convolutions before other
   * layers in both. Where the names differ in their numbers alone the natural one comes first,
   * because files are often sorted by name, 10 before 2, and layers of equal widths chain in any
   * order.
   */
  static Stream<List<LayerTensors>> candidates(List<LayerTensors> layers) {
    List<LayerTensors> natural =
        layers.stream().sorted(Comparator.comparing(LayerTensors::name, NATURAL)).toList();
    long patterns =
        layers.stream()
            .map(layer -> DIGITS.matcher(layer.name()).replaceAll("0"))
            .distinct()
            .count();
    Stream<List<LayerTensors>> candidates =
        patterns == 1 ? Stream.of(natural, layers) : Stream.of(layers, natural);
    return candidates.map(
        order -> order.stream().sorted(Comparator.comparing(layer -> !layer.convolves())).toList());
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
