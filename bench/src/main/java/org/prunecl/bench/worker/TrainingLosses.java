package org.prunecl.bench.worker;

/**
 * What a training side is checked by: the losses of the first steps, all on the first batch. The
 * first checks the forward pass, the second the gradients and the update, the third the moments.
 */
public final class TrainingLosses {
  /** How many steps. */
  public static final int STEPS = 3;

  private TrainingLosses() {}

  /** Where the batch after the one at {@code first} begins; full batches only. */
  public static int following(int first, int batch, int count) {
    int next = first + batch;
    return next + batch <= count ? next : 0;
  }
}
