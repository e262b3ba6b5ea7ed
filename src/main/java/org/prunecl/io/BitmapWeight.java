package org.prunecl.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.prunecl.PruneClException.Kind;

/**
 * A weight as three tensors: {@code WEIGHT.shape}, I64 [2], its rows and columns, or I64 [4] of a
 * convolution, its filters, channels, rows and columns; {@code WEIGHT.values}, F32, its elements
 * but those whose bits are all 0 (+0.0), row by row; and {@code WEIGHT.bitmap}, U8, a bit for each
 * element, row by row without padding, the least significant bit of a byte first: 1 where there is
 * a value. Bits after the last element are 0.
 */
final class BitmapWeight {
  private static final String SHAPE = ".shape";
  private static final String VALUES = ".values";
  private static final String BITMAP = ".bitmap";
  private static final List<String> PARTS = List.of(SHAPE, VALUES, BITMAP);
  private static final int LARGEST = Integer.MAX_VALUE - 8;

  private BitmapWeight() {}

  /** Bytes of the three tensors' elements. */
  static long bytes(LayerWeights layer) {
    float[] weight = layer.weight();
    return (long) layer.shape().length * Long.BYTES
        + (long) kept(weight) * Float.BYTES
        + bitmapBytes(weight.length);
  }

  /** The three tensors. */
  static List<Tensor> encode(LayerWeights layer) {
    String name = ModelFile.weightName(layer);
    float[] weight = layer.weight();
    long[] shape = Arrays.stream(layer.shape()).asLongStream().toArray();
    float[] values = new float[kept(weight)];
    byte[] bitmap = new byte[bitmapBytes(weight.length)];
    int at = 0;
    for (int i = 0; i < weight.length; i++) {
      if (kept(weight[i])) {
        values[at++] = weight[i];
        bitmap[i / Byte.SIZE] |= (byte) (1 << i % Byte.SIZE);
      }
    }
    return List.of(
        new Tensor(name + SHAPE, new int[] {shape.length}, new Elements.Longs(shape)),
        new Tensor(name + VALUES, new int[] {values.length}, values),
        new Tensor(name + BITMAP, new int[] {bitmap.length}, new Elements.Bytes(bitmap)));
  }

  /**
   * Puts dense weights in the place of encoded ones; other tensors stay.
   *
   * @param file for messages
   * @param isWeight whether a tensor of that name is a weight
   * @throws FileException of kind INPUT if the parts of a weight are not complete or don't fit each
   *     other
   */
  static List<Tensor> decode(Path file, List<Tensor> tensors, Predicate<String> isWeight) {
    Map<String, Tensor> byName = new LinkedHashMap<>();
    tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
    List<Tensor> decoded = new ArrayList<>();
    Set<String> weights = new HashSet<>();
    for (Tensor tensor : tensors) {
      int dot = tensor.name().lastIndexOf('.');
      String weight = tensor.name().substring(0, Math.max(0, dot));
      if (dot < 0 || !PARTS.contains(tensor.name().substring(dot)) || !isWeight.test(weight)) {
        decoded.add(tensor);
      } else if (weights.add(weight)) {
        decoded.add(decode(file, weight, byName));
      }
    }
    return decoded;
  }

  private static Tensor decode(Path file, String weight, Map<String, Tensor> byName) {
    if (byName.containsKey(weight)) {
      throw bad(file, weight, "it is there as it is, too");
    }
    for (String part : PARTS) {
      if (!byName.containsKey(weight + part)) {
        throw bad(file, weight, weight + part + " is missing");
      }
    }
    Tensor shapePart = byName.get(weight + SHAPE);
    Tensor valuesPart = byName.get(weight + VALUES);
    Tensor bitmapPart = byName.get(weight + BITMAP);
    if (!(shapePart.elements() instanceof Elements.Longs shape)
        || (shape.count() != LayerTensors.MATRIX && shape.count() != LayerTensors.FILTERS)) {
      throw bad(file, weight, shapePart + " is not two or four I64");
    }
    if (!(valuesPart.elements() instanceof Elements.Floats values) || valuesPart.rank() != 1) {
      throw bad(file, weight, valuesPart + " is not a row of floats");
    }
    if (!(bitmapPart.elements() instanceof Elements.Bytes bitmap) || bitmapPart.rank() != 1) {
      throw bad(file, weight, bitmapPart + " is not a row of U8");
    }
    int[] sizes = new int[shape.count()];
    int elements = 1;
    for (int i = 0; i < sizes.length; i++) {
      long size = shape.values()[i];
      if (size < 1 || size > LARGEST / elements) {
        throw bad(file, weight, "the shape " + Arrays.toString(shape.values()) + " is impossible");
      }
      sizes[i] = (int) size;
      elements *= sizes[i];
    }
    return new Tensor(
        weight, sizes, decode(file, weight, elements, values.values(), bitmap.values()));
  }

  private static float[] decode(
      Path file, String weight, int elements, float[] values, byte[] bitmap) {
    if (bitmap.length != bitmapBytes(elements)) {
      throw bad(
          file,
          weight,
          "a bitmap of %d bytes for %d elements, which take %d"
              .formatted(bitmap.length, elements, bitmapBytes(elements)));
    }
    int ones = 0;
    for (byte bits : bitmap) {
      ones += Integer.bitCount(Byte.toUnsignedInt(bits));
    }
    int used = elements % Byte.SIZE;
    if (used != 0 && Byte.toUnsignedInt(bitmap[bitmap.length - 1]) >> used != 0) {
      throw bad(file, weight, "a bit is set after the last of " + elements + " elements");
    }
    if (ones != values.length) {
      throw bad(file, weight, ones + " bits are set for " + values.length + " values");
    }
    float[] dense = new float[elements];
    int at = 0;
    for (int i = 0; i < elements; i++) {
      if ((bitmap[i / Byte.SIZE] >> i % Byte.SIZE & 1) != 0) {
        dense[i] = values[at++];
      }
    }
    return dense;
  }

  /** By its bits: -0.0 is kept, so that nothing is lost. */
  private static boolean kept(float value) {
    return Float.floatToRawIntBits(value) != 0;
  }

  private static int kept(float[] weight) {
    int kept = 0;
    for (float value : weight) {
      kept += kept(value) ? 1 : 0;
    }
    return kept;
  }

  private static int bitmapBytes(int elements) {
    return (elements + Byte.SIZE - 1) / Byte.SIZE;
  }

  private static FileException bad(Path file, String weight, String why) {
    return new FileException(
        Kind.INPUT,
        "%s: the sparse encoding of %s is broken: %s".formatted(file, weight, why),
        "write the file anew, from a model in the dense encoding for instance");
  }
}
