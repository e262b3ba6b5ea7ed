package org.prunecl.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * A round of a lottery ticket experiment over all seeds. Round 0 is the unpruned network, which
 * stands for both.
 *
 * @param round from 0
 * @param seeds how many there are
 * @param weightsLeft share of all weights that the masks keep, the seeds' mean
 * @param ticket accuracy of winning tickets
 * @param reinitialized accuracy under the same masks from new random weights
 * @param difference ticket less reinitialized, seed by seed
 * @param ticketEarly accuracy of winning tickets after the first epoch of their training
 * @param reinitializedEarly likewise from new random weights
 */
public record LotteryRound(
    int round,
    int seeds,
    double weightsLeft,
    Spread ticket,
    Spread reinitialized,
    Spread difference,
    Spread ticketEarly,
    Spread reinitializedEarly) {

  /** The rounds in order. */
  static List<LotteryRound> of(List<LotteryTrial> trials) {
    TreeMap<Integer, List<LotteryTrial>> byRound = new TreeMap<>();
    trials.forEach(
        trial -> byRound.computeIfAbsent(trial.round(), round -> new ArrayList<>()).add(trial));
    List<LotteryRound> rounds = new ArrayList<>();
    byRound.forEach((round, all) -> rounds.add(of(round, all)));
    return rounds;
  }

  private static LotteryRound of(int round, List<LotteryTrial> all) {
    // One of each kind per seed, in the seeds' order; of the unpruned network both are the same.
    List<LotteryTrial> tickets = of(LotteryTrial.REINITIALIZED, false, all);
    List<LotteryTrial> others = round == 0 ? tickets : of(LotteryTrial.REINITIALIZED, true, all);
    List<Double> differences = new ArrayList<>();
    for (int i = 0; i < tickets.size(); i++) {
      differences.add(tickets.get(i).accuracy() - others.get(i).accuracy());
    }
    return new LotteryRound(
        round,
        tickets.size(),
        spread(tickets, LotteryTrial::weightsLeft).mean(),
        spread(tickets, LotteryTrial::accuracy),
        spread(others, LotteryTrial::accuracy),
        Spread.of(differences),
        spread(tickets, LotteryTrial::earlyAccuracy),
        spread(others, LotteryTrial::earlyAccuracy));
  }

  private static List<LotteryTrial> of(String network, boolean same, List<LotteryTrial> all) {
    return all.stream().filter(trial -> trial.network().equals(network) == same).toList();
  }

  private static Spread spread(List<LotteryTrial> trials, ToDoubleFunction<LotteryTrial> figure) {
    return Spread.of(trials.stream().mapToDouble(figure).boxed().toList());
  }
}
