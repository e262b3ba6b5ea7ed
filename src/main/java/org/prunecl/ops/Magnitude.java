package org.prunecl.ops;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.Kernel;
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

  /**
   * The magnitude at a rank: the (rank + 1)-th smallest |w|.
   *
   * @param rank from 0 to rows · columns − 1
   */
  public float atRank(Matrix w, long rank) {
    Objects.checkIndex(rank, (long) w.rows() * w.columns());
    return Float.intBitsToFloat(find(w, rank).bits());
  }

  /**
   * A mask that prunes exactly the {@code count} smallest |w|, equal ones in the order of their
   * index.
   *
   * @param count from 0 to rows · columns
   */
  public Mask smallest(Matrix w, long count) {
    long size = (long) w.rows() * w.columns();
    if (count < 0 || count > size) {
      throw new IllegalArgumentException(count + " of " + size + " elements");
    }
    // Bits of all ones lie above every magnitude.
    Rank rank = count == size ? new Rank(-1, 0) : find(w, count);
    return mask(w, rank.bits(), (int) (count - rank.smaller()));
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
    return mask(w, bits, inclusive ? Integer.MAX_VALUE : 0);
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

  private Rank find(Matrix w, long rank) {
    Kernel total = backend.context().kernel(SELECT, "total");
    int bits = 0;
    int known = 0;
    long smaller = 0;
    try (DeviceBuffer counts = backend.context().allocate((long) w.rows() * BINS * Integer.BYTES);
        DeviceBuffer totals = backend.context().allocate((long) BINS * Integer.BYTES)) {
      for (int shift = 24; shift >= 0; shift -= 8) {
        launch(SELECT, "histogram", w, bits, known, shift, counts);
        total.launch(Range.of(BINS, backend.cpu() ? 16 : 64), w.rows(), counts, totals);
        int[] bins = totals.readInts(BINS);
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

  private Mask mask(Matrix w, int bits, int ties) {
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
      launch(SELECT, "mask_smallest", w, bits, ties, equal, mask.buffer());
      backend.finish();
      return mask;
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
