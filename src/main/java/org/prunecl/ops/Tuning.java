package org.prunecl.ops;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.prunecl.opencl.Device;
import org.prunecl.opencl.KernelSource;

/**
 * Which parameters dense products get on a device: those measured for their class, else those
 * measured for the nearest class with the same operands, at most two doublings or halvings away in
 * M, N and K together; else the ones that are shipped for the device, if any. Not for use by two
 * threads at once.
 */
public final class Tuning {
  private static final int REACH = 2;
  private static final List<String> OPERANDS = List.of("NN", "NT", "TN", "TT");

  /** By the operands that {@link ProductClass#operands} names; without those that have none. */
  private final Map<String, GemmTile> shipped;

  private final NavigableMap<ProductClass, GemmTile> measured;
  private final Map<ProductClass, Optional<GemmTile>> found = new HashMap<>();

  private Tuning(Map<String, GemmTile> shipped, Map<ProductClass, GemmTile> measured) {
    this.shipped = shipped;
    this.measured = Collections.unmodifiableNavigableMap(new TreeMap<>(measured));
  }

  /** What comes with the program for such a device; on CPUs at least what runs on all of them. */
  public static Tuning shipped(Device device, Family family) {
    Map<String, GemmTile> tiles = new HashMap<>();
    for (String operands : OPERANDS) {
      Optional<GemmTile> tile = ShippedTiles.of(device, family, operands);
      if (family == Family.CPU) {
        tile = tile.or(() -> Optional.of(CpuTile.SIXTEEN_REGISTERS));
      }
      tile.ifPresent(found -> tiles.put(operands, found));
    }
    return new Tuning(tiles, Map.of());
  }

  /** The same tile for every product. */
  static Tuning fixed(GemmTile tile) {
    return new Tuning(
        OPERANDS.stream().collect(Collectors.toMap(Function.identity(), operands -> tile)),
        Map.of());
  }

  /** With these measured parameters instead of any others. */
  public Tuning with(Map<ProductClass, GemmTile> tiles) {
    return new Tuning(shipped, tiles);
  }

  /** What was measured, in the order of the classes. */
  public NavigableMap<ProductClass, GemmTile> measured() {
    return measured;
  }

  /**
   * The parameters of products of this class; empty where the operation's default is to be used.
   */
  public Optional<GemmTile> tile(ProductClass product) {
    return measured.isEmpty()
        ? shippedFor(product.operands())
        : found.computeIfAbsent(product, this::nearest);
  }

  private Optional<GemmTile> nearest(ProductClass product) {
    // Of equally near ones the first in order, so that the choice repeats.
    return measured.keySet().stream()
        .filter(product::sameOperands)
        .filter(other -> product.distance(other) <= REACH)
        .min(Comparator.comparingInt(product::distance))
        .map(measured::get)
        .or(() -> shippedFor(product.operands()));
  }

  private Optional<GemmTile> shippedFor(String operands) {
    return Optional.ofNullable(shipped.get(operands));
  }

  /** Whether every product has parameters here. */
  boolean complete() {
    return shipped.size() == OPERANDS.size();
  }

  /** Every parameter set that {@link #tile} may give for such operands. */
  List<GemmTile> tiles(boolean transposeA, boolean transposeB) {
    return Stream.concat(
            shippedFor(new ProductClass(transposeA, transposeB, 1, 1, 1).operands()).stream(),
            measured.entrySet().stream()
                .filter(entry -> entry.getKey().transposeA() == transposeA)
                .filter(entry -> entry.getKey().transposeB() == transposeB)
                .map(Map.Entry::getValue))
        .distinct()
        .toList();
  }

  /** Digest of the kernel that parameters are measured with: they hold for this text alone. */
  public static String sourceDigest(Family family) {
    return KernelSource.of(Gemm.file(family)).digest();
  }
}
