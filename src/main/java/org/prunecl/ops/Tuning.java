package org.prunecl.ops;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
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

  private final Optional<GemmTile> shipped;
  private final NavigableMap<ProductClass, GemmTile> measured;
  private final Map<ProductClass, Optional<GemmTile>> found = new HashMap<>();

  private Tuning(Optional<GemmTile> shipped, Map<ProductClass, GemmTile> measured) {
    this.shipped = shipped;
    this.measured = Collections.unmodifiableNavigableMap(new TreeMap<>(measured));
  }

  /** What comes with the program for such a device; on CPUs at least what runs on all of them. */
  public static Tuning shipped(Device device, Family family) {
    Optional<GemmTile> tile = ShippedTiles.of(device, family);
    return new Tuning(
        family == Family.CPU ? tile.or(() -> Optional.of(CpuTile.SIXTEEN_REGISTERS)) : tile,
        Map.of());
  }

  /** The same tile for every product. */
  static Tuning fixed(GemmTile tile) {
    return new Tuning(Optional.of(tile), Map.of());
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
    return measured.isEmpty() ? shipped : found.computeIfAbsent(product, this::nearest);
  }

  private Optional<GemmTile> nearest(ProductClass product) {
    // Of equally near ones the first in order, so that the choice repeats.
    return measured.keySet().stream()
        .filter(product::sameOperands)
        .filter(other -> product.distance(other) <= REACH)
        .min(Comparator.comparingInt(product::distance))
        .map(measured::get)
        .or(() -> shipped);
  }

  /** Whether every product has parameters here. */
  boolean complete() {
    return shipped.isPresent();
  }

  /** Every parameter set that {@link #tile} may give for such operands. */
  List<GemmTile> tiles(boolean transposeA, boolean transposeB) {
    return Stream.concat(
            shipped.stream(),
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
