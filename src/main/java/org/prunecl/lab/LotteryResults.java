package org.prunecl.lab;

import java.util.List;

/**
 * What {@code lottery.json} holds, schema 1.
 *
 * @param schema version of this layout: 1
 * @param device where it was run
 * @param recipe the experiment as resolved
 * @param seed the first seed
 * @param trials every network that was trained, by seed and round
 * @param summary one per round, the unpruned network's first
 */
public record LotteryResults(
    int schema,
    DeviceInfo device,
    Recipe recipe,
    long seed,
    List<LotteryTrial> trials,
    List<LotteryRound> summary) {
  /** The version of the layout that this program writes. */
  public static final int SCHEMA = 1;

  /** Makes the lists unmodifiable. */
  public LotteryResults {
    trials = List.copyOf(trials);
    summary = List.copyOf(summary);
  }

  /**
   * What an experiment found.
   *
   * @param trials of each seed the unpruned network, then each round's ticket and control
   */
  public static LotteryResults of(DeviceInfo device, Recipe recipe, List<LotteryTrial> trials) {
    return new LotteryResults(
        SCHEMA, device, recipe, recipe.seed(), trials, LotteryRound.of(trials));
  }
}
