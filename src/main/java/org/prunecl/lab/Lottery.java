package org.prunecl.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.prunecl.Progress;
import org.prunecl.data.Dataset;
import org.prunecl.nn.LayerParameters;
import org.prunecl.prune.Pruning;
import org.prunecl.prune.Schedule;

/**
 * The lottery ticket experiment (Frankle and Carbin 2019): train, prune a share of what is left,
 * rewind what is left to its early weights, train that, and so on. The control of each round trains
 * new random weights under the same masks. All see the same batches.
 */
public final class Lottery {
  /** Told what is being trained. */
  public interface Listener {
    /**
     * A training begins.
     *
     * @param seed the unpruned network's
     * @param round 0 of the unpruned network
     * @param network as {@link LotteryTrial} names it
     * @param weightsLeft share of all weights that are trained
     */
    void training(long seed, int round, String network, double weightsLeft);

    /**
     * An epoch ended.
     *
     * @param epochs how many this training has
     */
    void epoch(EpochRecord epoch, int epochs);
  }

  /**
   * What an experiment finds.
   *
   * @param history of the first seed's unpruned network
   * @param unpruned the first seed's network
   * @param ticket its last winning ticket, trained, zeros in place of what is pruned
   */
  public record Outcome(
      LotteryResults results,
      List<EpochRecord> history,
      List<LayerParameters> unpruned,
      List<LayerParameters> ticket) {}

  private final Recipe recipe;
  private final Dataset dataset;
  private final DeviceSession session;
  private final Journal journal;
  private final Progress progress;
  private final Listener listener;
  private final List<LotteryTrial> trials = new ArrayList<>();

  /** The unpruned network, and what its tickets are rewound to. */
  private record Origin(
      TrainingRun.Outcome training, List<LayerParameters> early, List<LayerParameters> trained) {}

  /**
   * @param recipe as {@link LotterySettings#over} gives it
   * @param dataset the recipe's dataset
   * @param journal what an earlier attempt finished; told what is finished now
   */
  public Lottery(
      Recipe recipe,
      Dataset dataset,
      DeviceSession session,
      Journal journal,
      Progress progress,
      Listener listener) {
    this.recipe = recipe;
    this.dataset = dataset;
    this.session = session;
    this.journal = journal;
    this.progress = progress;
    this.listener = listener;
  }

  /** What it needs of a device. */
  public static Workload workload(Recipe recipe, Dataset dataset, List<LayerParameters> layers) {
    return Workloads.training(recipe, dataset, layers)
        .and(Workloads.pruning(recipe, dataset, layers, 0));
  }

  /**
   * Runs it; once.
   *
   * @param initial the network that the first seed begins with
   */
  public Outcome run(List<LayerParameters> initial) {
    Origin first = null;
    List<LayerParameters> ticket = null;
    for (int i = 0; i < recipe.seeds(); i++) {
      Recipe one = recipe.withSeed(recipe.seed() + i);
      List<LayerParameters> start =
          i == 0 ? initial : TrainingRun.initialize(one, dataset.train(), dataset.classes());
      Origin origin = train(one, start);
      List<LayerParameters> last = rounds(one, origin);
      if (i == 0) {
        first = origin;
        ticket = last;
      }
    }
    return new Outcome(
        LotteryResults.of(session.info(), recipe, trials),
        first.training.history(),
        first.trained,
        ticket);
  }

  private Origin train(Recipe one, List<LayerParameters> initial) {
    Schedule schedule = one.prune().schedule().schedule();
    int epoch = schedule.rewind() == Schedule.Rewind.EPOCH ? schedule.rewindEpoch() : 0;
    String name = "seed-" + one.seed();
    String earlyName = name + "-epoch-" + epoch;
    List<List<LayerParameters>> early = new ArrayList<>();
    journal.checkpoint(earlyName, initial).ifPresent(kept -> early.add(kept.layers()));
    if (epoch == 0) {
      early.add(initial);
    }
    ScheduledPruning.Retrained trained =
        kept(
            one,
            0,
            LotteryTrial.UNPRUNED,
            1,
            initial,
            () -> {
              try (Experiment experiment = new Experiment(one, dataset, initial, session)) {
                TrainingRun.Outcome outcome =
                    experiment.train(
                        progress,
                        record -> {
                          listener.epoch(record, one.epochs());
                          if (record.epoch() == epoch && early.isEmpty()) {
                            early.add(experiment.parameters());
                            keep(earlyName, early.get(0), List.of(record));
                          }
                        });
                return new ScheduledPruning.Retrained(experiment.parameters(), outcome);
              }
            });
    long weights = initial.stream().mapToLong(layer -> layer.weights().length).sum();
    trials.add(
        LotteryTrial.of(one.seed(), 0, LotteryTrial.UNPRUNED, 1, weights, trained.outcome()));
    return new Origin(trained.outcome(), early.get(0), trained.layers());
  }

  /** Prunes and trains again in rounds; gives back the last ticket. */
  private List<LayerParameters> rounds(Recipe one, Origin origin) {
    Schedule schedule = one.prune().schedule().schedule();
    Pruning target = LotterySettings.target(one);
    List<LayerParameters> trained = origin.trained;
    HostMasks masks = null;
    try (Experiment experiment = new Experiment(one, dataset, trained, session);
        ScheduledPruning pruning = experiment.scheduled(progress)) {
      for (int round = 1; round <= schedule.rounds(); round++) {
        masks = pruning.masks(trained, target.after(schedule, round), masks).masks();
        Masked masked = new Masked(one, pruning, round, masks);
        trained = train(masked, LotteryTrial.TICKET, origin.early, ScheduledPruning.phase(one));
        train(
            masked,
            LotteryTrial.REINITIALIZED,
            pruning.reinitialized(round),
            TrainingRun.Phase.of(one));
      }
    }
    return trained;
  }

  /** What a round trains under. */
  private record Masked(Recipe one, ScheduledPruning pruning, int round, HostMasks masks) {
    long kept(List<LayerParameters> layers) {
      long kept = 0;
      for (int i = 0; i < layers.size(); i++) {
        HostMasks.Layer own = masks.layers().get(i);
        if (own == null) {
          kept += layers.get(i).weights().length;
        } else {
          for (byte keep : own.weights()) {
            kept += keep;
          }
        }
      }
      return kept;
    }
  }

  private List<LayerParameters> train(
      Masked masked, String network, List<LayerParameters> start, TrainingRun.Phase phase) {
    long weights = start.stream().mapToLong(layer -> layer.weights().length).sum();
    long kept = masked.kept(start);
    double left = (double) kept / weights;
    ScheduledPruning.Retrained trained =
        kept(
            masked.one,
            masked.round,
            network,
            left,
            start,
            () ->
                masked.pruning.train(
                    start, masked.masks, phase, record -> listener.epoch(record, phase.epochs())));
    trials.add(
        LotteryTrial.of(masked.one.seed(), masked.round, network, left, kept, trained.outcome()));
    return trained.layers();
  }

  /** A training that the journal has, or that it is given now. */
  private ScheduledPruning.Retrained kept(
      Recipe one,
      int round,
      String network,
      double left,
      List<LayerParameters> like,
      Supplier<ScheduledPruning.Retrained> training) {
    String name = "seed-" + one.seed() + "-" + round + "-" + network;
    Optional<Checkpoint> before = journal.checkpoint(name, like);
    if (before.isPresent()) {
      return new ScheduledPruning.Retrained(before.get().layers(), before.get().outcome());
    }
    listener.training(one.seed(), round, network, left);
    ScheduledPruning.Retrained now = training.get();
    keep(name, now.layers(), now.outcome().history());
    return now;
  }

  private void keep(String name, List<LayerParameters> layers, List<EpochRecord> history) {
    journal.keep(name, () -> new Checkpoint(layers, null, history, List.of()));
  }
}
