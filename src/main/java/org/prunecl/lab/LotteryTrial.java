package org.prunecl.lab;

import java.util.List;

/**
 * A network that was trained in a lottery ticket experiment.
 *
 * @param seed of the unpruned network that its masks come from
 * @param round of pruning, from 1; 0 of the unpruned network
 * @param network {@value #UNPRUNED}, {@value #TICKET} or {@value #REINITIALIZED}
 * @param weightsLeft share of all weights that the masks keep, 0 to 1; biases don't count
 * @param kept how many weights that is
 * @param accuracy share of test images classified correctly after training, 0 to 1
 * @param loss mean cross-entropy on the test images
 * @param epochAccuracy the accuracy after each epoch of its own training
 * @param trainSeconds wall time of its training
 */
public record LotteryTrial(
    long seed,
    int round,
    String network,
    double weightsLeft,
    long kept,
    double accuracy,
    double loss,
    List<Double> epochAccuracy,
    double trainSeconds) {
  /** The whole network. */
  public static final String UNPRUNED = "unpruned";

  /** Under masks, from the weights that it is rewound to. */
  public static final String TICKET = "ticket";

  /** Under the same masks, from new random weights. */
  public static final String REINITIALIZED = "reinitialized";

  /** Makes the list unmodifiable. */
  public LotteryTrial {
    epochAccuracy = List.copyOf(epochAccuracy);
  }

  static LotteryTrial of(
      long seed,
      int round,
      String network,
      double weightsLeft,
      long kept,
      TrainingRun.Outcome training) {
    List<EpochRecord> history = training.history();
    EpochRecord last = history.get(history.size() - 1);
    return new LotteryTrial(
        seed,
        round,
        network,
        weightsLeft,
        kept,
        last.testAccuracy(),
        last.testLoss(),
        history.stream().map(EpochRecord::testAccuracy).toList(),
        training.seconds());
  }

  /** The accuracy after the first epoch of its own training. */
  public double earlyAccuracy() {
    return epochAccuracy.get(0);
  }
}
