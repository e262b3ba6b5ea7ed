package org.prunecl.prune;

import java.util.Locale;

/**
 * When and how much is pruned. Steps count the training steps taken so far: an update at step t
 * comes before the batch of step t, at the last one after all.
 *
 * @param kind which of the fields matter
 * @param initial sparsity at {@code begin} ({@code polynomial})
 * @param power exponent of the decay ({@code polynomial}), positive
 * @param begin first step of an update ({@code constant}, {@code polynomial}), not negative
 * @param end last step of an update, at least {@code begin}; null for the last one of training
 * @param frequency steps from one update to the next, at least 1
 * @param rounds how often is pruned and trained again ({@code iterative}), at least 1
 * @param rewind what each round trains on from ({@code iterative})
 * @param rewindEpoch the epoch whose end is rewound to, at least 1
 */
public record Schedule(
    Kind kind,
    double initial,
    double power,
    long begin,
    Long end,
    int frequency,
    int rounds,
    Rewind rewind,
    int rewindEpoch) {

  /** The kinds of schedules. */
  public enum Kind {
    /** Once, after training. */
    ONE_SHOT,
    /** Once, before training. */
    AT_INIT,
    /** At the whole sparsity from the first update on. */
    CONSTANT,
    /** From an initial sparsity to the whole one, as TensorFlow Model Optimization's decay. */
    POLYNOMIAL,
    /** Train, prune a share of what is left, train again, and so on. */
    ITERATIVE;

    /** Whether the sparsity grows from update to update. */
    public boolean grows() {
      return this == POLYNOMIAL || this == ITERATIVE;
    }

    /** The name as users write it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What the weights that are left start from after each round. */
  public enum Rewind {
    /** From where they are: fine-tuning. */
    NONE,
    /** From their initial values: the lottery ticket experiment. */
    INITIAL,
    /** From their values at the end of an early epoch. */
    EPOCH,
    /** From new random values: the lottery ticket's control. */
    REINITIALIZE
  }

  /** Once, after training. */
  public static final Schedule ONE_SHOT =
      new Schedule(Kind.ONE_SHOT, 0, 3, 0, null, 100, 1, Rewind.NONE, 1);

  /** Checks the ranges. */
  public Schedule {
    if (!(initial >= 0 && initial <= 1 && power > 0)
        || begin < 0
        || (end != null && end < begin)
        || frequency < 1
        || rounds < 1
        || rewindEpoch < 1) {
      throw new IllegalArgumentException("A schedule out of its ranges");
    }
  }

  /** The same schedule, of a training of so many steps: an end that is open is its last one. */
  public Schedule of(long steps) {
    return new Schedule(
        kind,
        initial,
        power,
        begin,
        end == null ? Math.max(begin, steps) : end,
        frequency,
        rounds,
        rewind,
        rewindEpoch);
  }

  /**
   * Whether masks are made anew at a step: every {@code frequency} steps from {@code begin} on, and
   * at {@code end}, whether {@code frequency} meets it or not.
   *
   * @param step training steps taken so far
   * @throws IllegalStateException when the end is open
   */
  public boolean updatesAt(long step) {
    long last = last();
    return switch (kind) {
      case AT_INIT -> step == 0;
      case ONE_SHOT, ITERATIVE -> step == last;
      case CONSTANT, POLYNOMIAL ->
          step == last || (step >= begin && step < last && (step - begin) % frequency == 0);
    };
  }

  /**
   * The sparsity of an update at a step. For {@code polynomial} with p = (step − begin) / (end −
   * begin), at least 0 and at most 1: target + (initial − target) · (1 − p)^power, the polynomial
   * decay of TensorFlow Model Optimization (Zhu and Gupta, 2017); otherwise the target.
   *
   * @param step training steps taken so far
   * @param target the sparsity in the end, 0 to 1
   * @throws IllegalStateException when the end is open
   */
  public double sparsityAt(long step, double target) {
    if (kind != Kind.POLYNOMIAL) {
      return target;
    }
    long last = last();
    double p =
        last == begin
            ? (step < begin ? 0 : 1)
            : Math.min(1, Math.max(0, (double) (step - begin) / (last - begin)));
    return target + (initial - target) * Math.pow(1 - p, power);
  }

  /**
   * The sparsity after a round of {@code iterative}: each prunes the same share of what is left, so
   * that the last one ends at the target: 1 − (1 − target)^(round / rounds).
   *
   * @param round from 0, when nothing is pruned, to the number of them
   */
  public double sparsityAfter(int round, double target) {
    return round == rounds ? target : 1 - Math.pow(1 - target, (double) round / rounds);
  }

  private long last() {
    if (end == null) {
      throw new IllegalStateException("The schedule's end is open");
    }
    return end;
  }
}
