package org.prunecl.nn;

/**
 * What becomes of Adam's moments of a tensor when its mask is set or replaced, and of those of its
 * pruned weights from then on. Whichever is chosen, a pruned weight itself stays 0.
 */
public enum Moments {
  /**
   * All moments stay as they are, and those of pruned weights go on taking gradients: what an
   * optimiser does that knows nothing of masks, as in TensorFlow Model Optimization.
   */
  KEEP,
  /** The moments of pruned weights become 0 and stay so while they are pruned. */
  MASK,
  /**
   * All moments of the tensor become 0, those of kept weights too, and its bias correction starts
   * again at its first step, as if the optimiser were new: with the old step count the first steps
   * would be several times too long. Those of pruned weights go on taking gradients until the next
   * mask.
   */
  ZERO
}
