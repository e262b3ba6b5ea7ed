package org.prunecl.prune;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.prunecl.nn.LayerParameters;

/**
 * Which weights a method keeps, in plain Java and float64, written for clarity: sorts a list of
 * groups, each with the places of its weights.
 */
final class ExpectedMasks {
  private final String criterion;
  private final List<LayerParameters> layers;
  private final List<float[]> gradients;

  /** A group of weights of a layer. */
  private record Group(int layer, List<Integer> places, double score) {}

  /**
   * @param criterion any but {@code random}
   * @param gradients one array per layer, or null
   */
  ExpectedMasks(String criterion, List<LayerParameters> layers, List<float[]> gradients) {
    this.criterion = criterion;
    this.layers = layers;
    this.gradients = gradients;
  }

  /**
   * One byte per weight, 0 for what is pruned.
   *
   * @param rows of a block; 0 for all
   * @param columns of a block; 0 for all
   * @param competing indices of layers that are ranked together
   * @param pruned how many groups go
   */
  List<byte[]> of(int rows, int columns, List<List<Integer>> competing, Counts pruned) {
    List<byte[]> keep = new ArrayList<>();
    layers.forEach(layer -> keep.add(ones(layer.weights().length)));
    for (List<Integer> together : competing) {
      List<Group> groups = new ArrayList<>();
      for (int layer : together) {
        groups.addAll(groups(layer, rows, columns));
      }
      int count = pruned.of(groups.size());
      // Stable: equal ones stay in the order of layers and of places.
      groups.sort(Comparator.comparingDouble(Group::score));
      for (Group group : groups.subList(0, count)) {
        group.places.forEach(place -> keep.get(group.layer)[place] = 0);
      }
    }
    return keep;
  }

  /** How many of so many groups go. */
  interface Counts {
    int of(int groups);
  }

  /** N of M consecutive inputs stay. */
  byte[] nOfM(int layer, int n, int m) {
    LayerParameters own = layers.get(layer);
    byte[] keep = ones(own.weights().length);
    for (int row = 0; row < own.outputs(); row++) {
      for (int first = 0; first < own.inputs(); first += m) {
        List<Group> groups = new ArrayList<>();
        for (int i = first; i < Math.min(first + m, own.inputs()); i++) {
          groups.add(group(layer, List.of(row * own.inputs() + i)));
        }
        groups.sort(Comparator.comparingDouble(Group::score));
        for (int i = 0; i < groups.size() - n; i++) {
          keep[groups.get(i).places.get(0)] = 0;
        }
      }
    }
    return keep;
  }

  private static byte[] ones(int count) {
    byte[] ones = new byte[count];
    Arrays.fill(ones, (byte) 1);
    return ones;
  }

  /** The groups of a layer in rows of blocks. */
  private List<Group> groups(int layer, int rows, int columns) {
    int outputs = layers.get(layer).outputs();
    int inputs = layers.get(layer).inputs();
    int height = rows == 0 ? outputs : rows;
    int width = columns == 0 ? inputs : columns;
    int down = (outputs + height - 1) / height;
    int across = (inputs + width - 1) / width;
    List<List<Integer>> places = new ArrayList<>();
    IntStream.range(0, down * across).forEach(i -> places.add(new ArrayList<>()));
    for (int r = 0; r < outputs; r++) {
      for (int c = 0; c < inputs; c++) {
        places.get(r / height * across + c / width).add(r * inputs + c);
      }
    }
    return places.stream().map(own -> group(layer, own)).toList();
  }

  private Group group(int layer, List<Integer> places) {
    float[] w = layers.get(layer).weights();
    ToDoubleFunction<Integer> product = place -> (double) w[place] * gradients.get(layer)[place];
    double score =
        switch (criterion) {
          case "magnitude" -> squares(w, places);
          case "magnitude-l1" -> places.stream().mapToDouble(p -> Math.abs(w[p])).sum();
          case "largest" -> -squares(w, places);
          case "gradient" -> {
            double sum = 0;
            for (int place : places) {
              sum += Math.abs(product.applyAsDouble(place));
            }
            yield (float) sum;
          }
          case "taylor" -> {
            double sum = 0;
            for (int place : places) {
              sum += product.applyAsDouble(place);
            }
            yield (float) Math.abs(sum);
          }
          default -> throw new IllegalArgumentException(criterion);
        };
    return new Group(layer, places, score);
  }

  private static double squares(float[] w, List<Integer> places) {
    return places.stream().mapToDouble(p -> (double) w[p] * w[p]).sum();
  }
}
