package org.prunecl.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;

/**
 * Selection by magnitude on the device, exact to the element. Magnitudes are ordered as their bits
 * are: zero first, infinity and then NaN last; equal ones by index, row by row.
 */
public final class Magnitude {
  private static final KernelSource SELECT = KernelSource.of("select.cl");
  private static final KernelSource MASK = KernelSource.of("mask.cl");
  private static final int BINS = 256;

  private final Backend backend;

  /** Selection on this backend. */
  public Magnitude(Backend backend) {
    this.backend = backend;
  }

  /** Builds the kernels, so that no later call has to. */
  public void prepare() {
    for (String name : new String[] {"histogram", "total", "count_equal", "mask_smallest"}) {
      backend.context().kernel(SELECT, name);
    }
    backend.context().kernel(MASK, "apply_mask");
    backend.context().kernel(MASK, "mask_rows");
    backend.context().kernel(MASK, "intersect_masks");
  }

  /** Device memory that a search takes beside masks, for matrices of so many rows, bytes. */
  public static long bytes(int rows) {
    return (rows + 1L) * (BINS + 1L) * Integer.BYTES;
  }

  /** {@link #atRank(List, long)} of a single matrix. */
  public float atRank(Matrix w, long rank) {
    return atRank(List.of(w), rank);
  }

  /**
   * The magnitude at a rank: the (rank + 1)-th smallest |w| of all matrices together.
   *
   * @param rank from 0 to the number of elements − 1
   */
  public float atRank(List<Matrix> w, long rank) {
    Objects.checkIndex(rank, size(w));
    return Float.intBitsToFloat(find(w, rank).bits());
  }

  /** {@link #smallest(List, long)} of a single matrix. */
  public Mask smallest(Matrix w, long count) {
    return smallest(List.of(w), count).get(0);
  }

  /**
   * Masks that prune exactly the {@code count} smallest |w| of all matrices together, equal ones in
   * the order of the matrices and of their index in each.
   *
   * @param count from 0 to the number of elements
   * @return one mask per matrix, for the caller to close
   */
  public List<Mask> smallest(List<Matrix> w, long count) {
    long size = size(w);
    if (count < 0 || count > size) {
      throw new IllegalArgumentException(count + " of " + size + " elements");
    }
    // Bits of all ones lie above every magnitude.
    Rank rank = count == size ? new Rank(-1, size) : find(w, count);
    long ties = count - rank.smaller();
    List<Mask> masks = new ArrayList<>();
    try {
      for (Matrix matrix : w) {
        Masked own = mask(matrix, rank.bits(), ties);
        masks.add(own.mask());
        ties -= own.ties();
      }
      return masks;
    } catch (RuntimeException e) {
      masks.forEach(Mask::close);
      throw e;
    }
  }

  private static long size(List<Matrix> w) {
    return w.stream().mapToLong(matrix -> (long) matrix.rows() * matrix.columns()).sum();
  }

  /**
   * A mask that prunes every |w| below the threshold, or those equal to it too.
   *
   * @param threshold not negative, not NaN
   */
  public Mask below(Matrix w, float threshold, boolean inclusive) {
    if (!(threshold >= 0)) {
      throw new IllegalArgumentException("A threshold of " + threshold + " for magnitudes");
    }
    // Of the two zeros, the one without a sign bit.
    int bits = Float.floatToIntBits(Math.abs(threshold));
    return mask(w, bits, inclusive ? Integer.MAX_VALUE : 0).mask();
  }

  /**
   * A mask that prunes whole rows.
   *
   * @param keep one per row, false to prune it
   */
  public Mask rows(Matrix w, boolean[] keep) {
    if (keep.length != w.rows()) {
      throw new IllegalArgumentException(keep.length + " flags for " + w.rows() + " rows");
    }
    byte[] flags = new byte[keep.length];
    for (int i = 0; i < keep.length; i++) {
      flags[i] = (byte) (keep[i] ? 1 : 0);
    }
    Mask mask = new Mask(backend, w);
    try (DeviceBuffer rows = backend.upload(flags)) {
      backend
          .context()
          .kernel(MASK, "mask_rows")
          .launch(
              perRow(w.rows()),
              w.rows(),
              w.columns(),
              rows,
              mask.buffer(),
              mask.leadingDimension());
      backend.finish();
      return mask;
    } catch (RuntimeException e) {
      mask.close();
      throw e;
    }
  }

  /** w = 0 wherever the mask prunes; elsewhere w stays, NaN included. */
  public void apply(Mask mask, Matrix w) {
    mask.checkFits(w);
    launch(MASK, "apply_mask", w, mask.buffer());
  }

  /** Takes from a mask what another one of its shape prunes. */
  public void intersect(Mask mask, Mask other) {
    mask.checkSameShape(other);
    backend
        .context()
        .kernel(MASK, "intersect_masks")
        .launch(
            perRow(mask.rows()),
            mask.rows(),
            mask.columns(),
            mask.buffer(),
            mask.leadingDimension(),
            other.buffer());
  }

  /** The bits of the magnitude at a rank, and how many elements have smaller ones. */
  private record Rank(int bits, long smaller) {}

  private Rank find(List<Matrix> w, long rank) {
    int bits = 0;
    int known = 0;
    long smaller = 0;
    int rows = w.stream().mapToInt(Matrix::rows).max().orElseThrow();
    try (DeviceBuffer counts = backend.context().allocate((long) rows * BINS * Integer.BYTES);
        DeviceBuffer totals = backend.context().allocate((long) BINS * Integer.BYTES)) {
      for (int shift = 24; shift >= 0; shift -= 8) {
        long[] bins = new long[BINS];
        for (Matrix matrix : w) {
          count(matrix, bits, known, shift, counts, totals);
          int[] own = totals.readInts(BINS);
          Arrays.setAll(bins, bin -> bins[bin] + own[bin]);
        }
        int bin = 0;
        while (smaller + bins[bin] <= rank) {
          smaller += bins[bin++];
        }
        bits |= bin << shift;
        known |= 0xff << shift;
      }
    }
    return new Rank(bits, smaller);
  }

  private void count(
      Matrix w, int bits, int known, int shift, DeviceBuffer counts, DeviceBuffer totals) {
    launch(SELECT, "histogram", w, bits, known, shift, counts);
    backend
        .context()
        .kernel(SELECT, "total")
        .launch(Range.of(BINS, backend.cpu() ? 16 : 64), w.rows(), counts, totals);
  }

  /** A mask, and how many of the elements that tie it prunes. */
  private record Masked(Mask mask, long ties) {}

  /** Prunes what lies below the bits and the first {@code ties} of those equal to them. */
  private Masked mask(Matrix w, int bits, long ties) {
    Mask mask = new Mask(backend, w);
    try (DeviceBuffer equal = backend.context().allocate((long) w.rows() * Integer.BYTES)) {
      launch(SELECT, "count_equal", w, bits, equal);
      int[] before = equal.readInts(w.rows());
      int sum = 0;
      for (int i = 0; i < before.length; i++) {
        int own = before[i];
        before[i] = sum;
        sum += own;
      }
      equal.write(before);
      int own = (int) Math.min(ties, sum);
      launch(SELECT, "mask_smallest", w, bits, own, equal, mask.buffer());
      backend.finish();
      return new Masked(mask, own);
    } catch (RuntimeException e) {
      mask.close();
      throw e;
    }
  }

  /** A kernel with a work-item per row: its arguments begin with the matrix, then come its own. */
  private void launch(KernelSource source, String name, Matrix w, Object... own) {
    Object[] matrix = {w.rows(), w.columns(), w.buffer(), w.leadingDimension()};
    backend
        .context()
        .kernel(source, name)
        .launch(
            perRow(w.rows()), Stream.concat(Arrays.stream(matrix), Arrays.stream(own)).toArray());
  }

  private Range perRow(int rows) {
    return Range.of(rows, backend.cpu() ? 1 : 64);
  }
}
