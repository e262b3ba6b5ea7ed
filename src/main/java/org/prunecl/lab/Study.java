package org.prunecl.lab;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.prunecl.Progress;
import org.prunecl.data.Dataset;
import org.prunecl.io.ModelWeights;
import org.prunecl.nn.LayerParameters;
import org.prunecl.prune.Pruning;
import org.prunecl.prune.Schedule;

/**
 * A recipe with each of its seeds: trains a network, prunes it, and trains the small dense networks
 * that it is compared with. No network is trained twice, not even by a run that was interrupted.
 */
public final class Study {
  /** Told what is being trained. */
  public interface Listener {
    /**
     * A training begins or goes on.
     *
     * @param recipe of this network: its seed, its widths
     * @param epochs that are behind it
     */
    void training(Recipe recipe, int epochs);

    /**
     * The network of a training run is pruned now, and trained under masks; its epochs are counted
     * from 1 again.
     *
     * @param recipe of this network: its seed
     */
    void pruning(Recipe recipe);

    /** An epoch ended. */
    void epoch(EpochRecord epoch);
  }

  /**
   * The network that a study begins with.
   *
   * @param layers its parameters: trained ones, or those that the first seed begins with
   * @param trained whether they are trained already; then there is a single seed
   * @param notes what the model file of a trained one remembers beside the network
   */
  public record Start(List<LayerParameters> layers, boolean trained, Map<String, String> notes) {
    /** A network to be trained. */
    public static Start initialized(List<LayerParameters> layers) {
      return new Start(layers, false, Map.of());
    }

    /**
     * What the file of a network of the study holds.
     *
     * @param seed the seed that it was trained with
     */
    public ModelWeights model(Recipe recipe, long seed, List<LayerParameters> network) {
      // Where a network that was given came from stands in its file; this recipe didn't train it.
      return Models.model(
          network,
          recipe.normalize(),
          trained ? notes : Map.of("recipe", recipe.name(), "seed", Long.toString(seed)));
    }
  }

  /**
   * A trained network.
   *
   * @param seed the seed that it was trained with
   * @param training what the training left beside it; null when it was loaded
   * @param origin the network before pruning, as it was at times
   * @param pruned what pruning made of it; null for a sweep, and where nothing was pruned
   */
  public record Trained(
      long seed,
      TrainingRun.Outcome training,
      ScheduledPruning.Origin origin,
      ScheduledPruning.Pruned pruned) {
    /** One record per epoch; none when it was loaded. */
    public List<EpochRecord> history() {
      return training == null ? List.of() : training.history();
    }

    /** The parameters, before pruning. */
    public List<LayerParameters> layers() {
      return origin.trained();
    }
  }

  /**
   * What a study finds.
   *
   * @param networks one per seed
   */
  public record Outcome(Results results, List<Trained> networks) {}

  private final Recipe recipe;
  private final Dataset dataset;
  private final DeviceSession session;
  private final Journal journal;
  private final Progress progress;
  private final Listener listener;

  /**
   * @param recipe the experiment
   * @param dataset the recipe's dataset
   * @param journal what an earlier attempt finished; told what is finished now
   */
  public Study(
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

  /**
   * What it needs of a device.
   *
   * @param layers the unpruned network's parameters
   * @param trained whether they are trained already
   * @param sweeps whether they are pruned
   */
  public static Workload workload(
      Recipe recipe,
      Dataset dataset,
      List<LayerParameters> layers,
      boolean trained,
      boolean sweeps) {
    Workload evaluate = Workloads.evaluation(dataset, layers, Forms.DENSE);
    Workload sweep = evaluate.and(Workloads.sweep(recipe, dataset, layers));
    // A small dense network takes less than the unpruned one, which is not there meanwhile.
    boolean trains = !trained || (sweeps && recipe.prune().controlled());
    if (!trains) {
      return sweep;
    }
    Workload train = Workloads.training(recipe, dataset, layers);
    if (sweeps) {
      return train.and(sweep);
    }
    return prunes(recipe) ? train.and(Workloads.pruning(recipe, dataset, layers, 0)) : train;
  }

  /**
   * Checks before anything runs that a recipe's prunings can be run.
   *
   * @param dataset with as many training images as are learnt from
   * @param sweeps whether by all methods and sparsities, or the one that a training run prunes by
   * @throws org.prunecl.prune.PruneException when a layer named isn't there, for instance
   * @throws LabException when the schedule doesn't go with the recipe or the run
   */
  public static void check(Recipe recipe, Dataset dataset, Start start, boolean sweeps) {
    ScheduleRules.check(recipe, dataset, start.layers, start.trained);
    if (!sweeps && prunes(recipe) && recipe.prune().prunings(recipe.seed()).size() != 1) {
      throw LabException.input(
          "A training run prunes by one method to one sparsity; the recipe has more.",
          "Give one each with --methods and --sparsities, or run a sweep.");
    }
  }

  /** Whether a training run prunes: only while, before or again and again after training. */
  private static boolean prunes(Recipe recipe) {
    return recipe.prune().schedule().schedule().kind() != Schedule.Kind.ONE_SHOT;
  }

  /**
   * Runs it.
   *
   * @param sweeps whether to prune by all methods and sparsities
   */
  public Outcome run(Start start, boolean sweeps) {
    List<Baseline> baselines = new ArrayList<>();
    List<PrunedNetwork> pruned = new ArrayList<>();
    List<Trial> trials = new ArrayList<>();
    List<Trained> networks = new ArrayList<>();
    for (int i = 0; i < (start.trained ? 1 : recipe.seeds()); i++) {
      Recipe one = recipe.withSeed(recipe.seed() + i);
      Trained network =
          start.trained
              ? new Trained(one.seed(), null, ScheduledPruning.Origin.trained(start.layers), null)
              : train("seed-" + one.seed(), one, i == 0 ? start.layers : initialize(one));
      Map<Double, List<LayerParameters>> small =
          sweeps && recipe.prune().controlled() ? small(one, network.layers()) : Map.of();
      try (Experiment experiment = new Experiment(one, dataset, network.layers(), session)) {
        baselines.add(
            experiment.baseline(network.training, start.model(one, one.seed(), network.layers())));
        if (sweeps) {
          trials.addAll(experiment.sweep(network.origin, small, progress, journal));
        } else if (prunes(recipe)) {
          network = prune(one, experiment, network);
        }
      }
      if (network.pruned != null) {
        pruned.add(figures(one, start, network.pruned));
      }
      networks.add(network);
    }
    return new Outcome(Results.of(session.info(), recipe, baselines, pruned, trials), networks);
  }

  private Trained prune(Recipe one, Experiment experiment, Trained network) {
    listener.pruning(one);
    Pruning pruning = one.prune().prunings(one.seed()).get(0);
    try (ScheduledPruning scheduled = experiment.scheduled(progress)) {
      ScheduledPruning.Pruned pruned =
          scheduled.run(
              pruning.method().label(), pruning.sparsity(), network.origin, listener::epoch);
      return new Trained(network.seed, network.training, network.origin, pruned);
    }
  }

  private PrunedNetwork figures(Recipe one, Start start, ScheduledPruning.Pruned pruned) {
    try (Experiment experiment = new Experiment(one, dataset, pruned.layers(), session)) {
      return experiment.pruned(
          one.prune().prunings(one.seed()).get(0),
          pruned.history(),
          start.model(one, one.seed(), pruned.layers()));
    }
  }

  private Trained train(String name, Recipe one, List<LayerParameters> initial) {
    Optional<Checkpoint> kept = journal.checkpoint(name, initial);
    int epochs = kept.map(checkpoint -> checkpoint.history().size()).orElse(0);
    listener.training(one, epochs);
    Keeper keeper = new Keeper(name, epochs, rewindEpoch(one));
    if (epochs >= keeper.rewind) {
      keeper.early =
          journal.checkpoint(keeper.earlyName(), initial).map(Checkpoint::layers).orElse(null);
    }
    if (kept.isPresent() && kept.get().optimizer() == null) {
      return trained(one, kept.get().outcome(), initial, keeper.early, kept.get().layers());
    }
    List<LayerParameters> layers = kept.map(Checkpoint::layers).orElse(initial);
    try (Experiment experiment = new Experiment(one, dataset, layers, session)) {
      TrainingRun.Outcome outcome =
          experiment.train(kept.orElse(null), progress, listener::epoch, keeper);
      return trained(one, outcome, initial, keeper.early, experiment.parameters());
    }
  }

  private static Trained trained(
      Recipe one,
      TrainingRun.Outcome outcome,
      List<LayerParameters> initial,
      List<LayerParameters> early,
      List<LayerParameters> layers) {
    return new Trained(
        one.seed(), outcome, new ScheduledPruning.Origin(initial, early, layers), null);
  }

  /** The epoch whose end is rewound to; beyond all if none is. */
  private static int rewindEpoch(Recipe one) {
    Schedule schedule = one.prune().schedule().schedule();
    return schedule.rewind() == Schedule.Rewind.EPOCH ? schedule.rewindEpoch() : Integer.MAX_VALUE;
  }

  /** Keeps a training's state, and the network at the end of the epoch that is rewound to. */
  private final class Keeper implements Consumer<Supplier<Checkpoint>> {
    private final String name;
    private final int rewind;
    private int epochs;
    private List<LayerParameters> early;

    Keeper(String name, int epochs, int rewind) {
      this.name = name;
      this.epochs = epochs;
      this.rewind = rewind;
    }

    String earlyName() {
      return name + "-epoch-" + rewind;
    }

    @Override
    public void accept(Supplier<Checkpoint> checkpoint) {
      epochs++;
      if (epochs == rewind) {
        // First: a training that has come so far always has it.
        Checkpoint now = checkpoint.get();
        early = now.layers();
        journal.keep(earlyName(), () -> now);
      }
      journal.keep(name, checkpoint);
    }
  }

  /** The small dense network for each sparsity; one of the unpruned network's widths is that. */
  private Map<Double, List<LayerParameters>> small(Recipe one, List<LayerParameters> unpruned) {
    Map<List<Integer>, List<LayerParameters>> byWidths = new HashMap<>();
    byWidths.put(one.units(), unpruned);
    Map<Double, List<LayerParameters>> small = new LinkedHashMap<>();
    for (double sparsity : recipe.prune().sparsities()) {
      List<Integer> widths =
          SmallDense.widths(unpruned, SmallDense.counterpart(recipe.prune(), sparsity));
      if (!byWidths.containsKey(widths)) {
        Recipe scaled = one.withUnits(widths);
        byWidths.put(widths, train(name(scaled), scaled, initialize(scaled)).layers());
      }
      small.put(sparsity, byWidths.get(widths));
    }
    return small;
  }

  private static String name(Recipe scaled) {
    return "seed-"
        + scaled.seed()
        + "-units-"
        + scaled.units().stream().map(String::valueOf).collect(Collectors.joining("-"));
  }

  private List<LayerParameters> initialize(Recipe one) {
    return TrainingRun.initialize(one, dataset.train(), dataset.classes());
  }
}
