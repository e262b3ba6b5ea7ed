package org.prunecl.report;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.prunecl.lab.LotteryResults;
import org.prunecl.lab.LotteryRound;
import org.prunecl.lab.LotterySettings;
import org.prunecl.lab.Recipe;

/** A lottery ticket experiment as text: a table with a row per round, and what it says. */
public final class LotteryReport {
  private LotteryReport() {}

  /** The report, in ASCII but for names that aren't, every line ending in a newline. */
  public static String text(LotteryResults results) {
    List<LotteryRound> rounds = results.summary();
    LotteryRound unpruned = rounds.get(0);
    Recipe.Prune prune = results.recipe().prune();
    StringBuilder text = new StringBuilder();
    text.append("Lottery tickets: each round prunes ")
        .append(Figures.percent(LotterySettings.rate(prune), 1))
        .append(" % of what is left (method ")
        .append(prune.methods().get(0))
        .append("), tickets are rewound to ")
        .append(rewound(prune.schedule()))
        .append(unpruned.seeds() > 1 ? "; " + unpruned.seeds() + " seeds.\n\n" : ".\n\n");
    TextTable table =
        new TextTable()
            .numbers("round", "")
            .numbers("weights left", "%")
            .numbers("ticket", "%")
            .numbers("new weights", "%")
            .numbers("difference", "points")
            .group("accuracy", 3)
            .numbers("ticket", "%")
            .numbers("new weights", "%")
            .group("after one epoch", 2);
    for (LotteryRound round : rounds) {
      boolean pruned = round.round() > 0;
      table.row(
          List.of(
              Figures.count(round.round()),
              Figures.percent(round.weightsLeft(), 1),
              Figures.percent(round.ticket(), 2),
              pruned ? Figures.percent(round.reinitialized(), 2) : Figures.NONE,
              pruned ? Figures.percent(round.difference(), 2) : Figures.NONE,
              Figures.percent(round.ticketEarly(), 2),
              pruned ? Figures.percent(round.reinitializedEarly(), 2) : Figures.NONE));
    }
    return text.append(table).append('\n').append(answers(rounds)).toString();
  }

  private static String rewound(Recipe.Schedule schedule) {
    return schedule.rewind().equals("epoch")
        ? "the weights after epoch " + schedule.rewindEpoch()
        : "the initial weights";
  }

  private static String answers(List<LotteryRound> rounds) {
    LotteryRound unpruned = rounds.get(0);
    LotteryRound last = rounds.get(rounds.size() - 1);
    double points = 100 * last.difference().mean();
    String than =
        String.format(
            Locale.ROOT,
            "With %s %% of the weights left, winning tickets are %s points %s than new random"
                + " weights under the same masks.\n",
            Figures.percent(last.weightsLeft(), 1),
            Figures.decimal(Math.abs(points), 2),
            points < 0 ? "worse" : "better");
    Optional<LotteryRound> sparsest =
        rounds.stream()
            .filter(round -> round.round() > 0)
            .filter(round -> round.ticket().mean() >= unpruned.ticket().mean())
            .reduce((one, next) -> next);
    return than
        + sparsest
            .map(
                round ->
                    "The sparsest winning ticket as good as the unpruned network has "
                        + Figures.percent(round.weightsLeft(), 1)
                        + " % of the weights.\n")
            .orElse("No winning ticket is as good as the unpruned network.\n");
  }
}
