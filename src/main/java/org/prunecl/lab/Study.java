package org.prunecl.lab;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.prunecl.Progress;
import org.prunecl.data.Dataset;
import org.prunecl.nn.LayerParameters;

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

    /** An epoch ended. */
    void epoch(EpochRecord epoch);
  }

  /**
   * A trained network, before pruning.
   *
   * @param seed the seed that it was trained with
   * @param training what the training left beside it; null when it was loaded
   * @param layers its parameters
   */
  public record Trained(long seed, TrainingRun.Outcome training, List<LayerParameters> layers) {
    /** One record per epoch; none when it was loaded. */
    public List<EpochRecord> history() {
      return training == null ? List.of() : training.history();
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
    Workload evaluate = Experiment.evaluation(dataset, layers, Forms.DENSE);
    Workload sweep = evaluate.and(Experiment.sweep(recipe, dataset, layers));
    // A small dense network takes less than the unpruned one, which is not there meanwhile.
    boolean trains = !trained || (sweeps && recipe.prune().controlled());
    if (!trains) {
      return sweep;
    }
    Workload train = Experiment.training(recipe, dataset, layers);
    return sweeps ? train.and(sweep) : train;
  }

  /**
   * Runs it.
   *
   * @param layers the network's parameters: trained ones, or those that the first seed begins with
   * @param trained whether they are trained already; then there is a single seed
   * @param sweeps whether to prune
   */
  public Outcome run(List<LayerParameters> layers, boolean trained, boolean sweeps) {
    List<Baseline> baselines = new ArrayList<>();
    List<Trial> trials = new ArrayList<>();
    List<Trained> networks = new ArrayList<>();
    for (int i = 0; i < (trained ? 1 : recipe.seeds()); i++) {
      Recipe one = recipe.withSeed(recipe.seed() + i);
      Trained network =
          trained
              ? new Trained(one.seed(), null, layers)
              : train("seed-" + one.seed(), one, i == 0 ? layers : initialize(one));
      Map<Double, List<LayerParameters>> small =
          sweeps && recipe.prune().controlled() ? small(one, network.layers) : Map.of();
      try (Experiment experiment = new Experiment(one, dataset, network.layers, session)) {
        baselines.add(experiment.baseline(network.training));
        if (sweeps) {
          trials.addAll(experiment.sweep(small, progress, journal));
        }
      }
      networks.add(network);
    }
    return new Outcome(Results.of(session.info(), recipe, baselines, trials), networks);
  }

  private Trained train(String name, Recipe one, List<LayerParameters> initial) {
    Optional<Checkpoint> kept = journal.checkpoint(name, initial);
    listener.training(one, kept.map(checkpoint -> checkpoint.history().size()).orElse(0));
    if (kept.isPresent() && kept.get().optimizer() == null) {
      return new Trained(one.seed(), kept.get().outcome(), kept.get().layers());
    }
    List<LayerParameters> layers = kept.map(Checkpoint::layers).orElse(initial);
    try (Experiment experiment = new Experiment(one, dataset, layers, session)) {
      TrainingRun.Outcome outcome =
          experiment.train(
              kept.orElse(null),
              progress,
              listener::epoch,
              checkpoint -> journal.keep(name, checkpoint));
      return new Trained(one.seed(), outcome, experiment.parameters());
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
        byWidths.put(widths, train(name(scaled), scaled, initialize(scaled)).layers);
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
