package org.prunecl.opencl;

/**
 * The size of a launch: work-items in each dimension, and per work-group.
 *
 * @param global work-items, a multiple of {@code local} in each dimension
 * @param local work-items per work-group
 */
@SuppressWarnings("ArrayRecordComponent") // handed to the driver as it is, never compared
public record Range(long[] global, long[] local) {
  /** Groups of {@code local} work-items, enough for {@code items}; at least one group. */
  public static Range of(long items, long local) {
    return new Range(new long[] {groups(items, local) * local}, new long[] {local});
  }

  /**
   * Exactly {@code groupsX} × {@code groupsY} work-groups of {@code localX} × {@code localY} items.
   */
  public static Range groups(long groupsX, long groupsY, long localX, long localY) {
    return new Range(new long[] {groupsX * localX, groupsY * localY}, new long[] {localX, localY});
  }

  /** How many groups of {@code local} cover {@code items}; at least one. */
  public static long groups(long items, long local) {
    return Math.max(1, (items + local - 1) / local);
  }
}
