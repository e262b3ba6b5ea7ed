package org.prunecl.lab;

import java.util.List;

/**
 * What {@code results.json} holds, schema 1: a training run, and the trials of a sweep over it.
 *
 * @param schema version of this layout: 1
 * @param device where it was measured
 * @param recipe the experiment as resolved
 * @param seed the seed of the run
 * @param baseline the network before pruning, of the first seed
 * @param baselines one per seed
 * @param pruned the network pruned by a training run, of the first seed; null for a sweep, and
 *     where the recipe prunes only after training
 * @param prunedNetworks one per seed; empty where {@code pruned} is null
 * @param trials one per seed, method and sparsity; empty for a training run
 * @param summary one per method and sparsity, over all seeds; empty for a training run
 * @param crossover one per method and batch size; empty for a training run
 */
public record Results(
    int schema,
    DeviceInfo device,
    Recipe recipe,
    long seed,
    Baseline baseline,
    List<Baseline> baselines,
    PrunedNetwork pruned,
    List<PrunedNetwork> prunedNetworks,
    List<Trial> trials,
    List<Summary> summary,
    List<Crossover> crossover) {

  /** The version of the layout that this program writes. */
  public static final int SCHEMA = 1;

  /**
   * Makes the lists unmodifiable; a file of an earlier version has a single seed and no summary.
   */
  public Results {
    baselines = baselines == null ? List.of(baseline) : List.copyOf(baselines);
    prunedNetworks = prunedNetworks == null ? List.of() : List.copyOf(prunedNetworks);
    trials = List.copyOf(trials);
    summary = summary == null ? Summary.of(trials) : List.copyOf(summary);
    crossover = List.copyOf(crossover);
  }

  /**
   * What a run found.
   *
   * @param recipe the experiment
   * @param baselines one per seed, at least one
   * @param pruned one per seed; empty unless a training run prunes
   * @param trials one per seed, method and sparsity; empty for a training run
   */
  static Results of(
      DeviceInfo device,
      Recipe recipe,
      List<Baseline> baselines,
      List<PrunedNetwork> pruned,
      List<Trial> trials) {
    return new Results(
        SCHEMA,
        device,
        recipe,
        recipe.seed(),
        baselines.get(0),
        baselines,
        pruned.isEmpty() ? null : pruned.get(0),
        pruned,
        trials,
        Summary.of(trials),
        trials.isEmpty() ? List.of() : Sweep.crossovers(recipe.prune().methods(), trials));
  }
}
