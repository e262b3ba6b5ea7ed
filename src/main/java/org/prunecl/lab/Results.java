package org.prunecl.lab;

import java.util.List;

/**
 * What {@code results.json} holds, schema 1: a training run, and the trials of a sweep over it.
 *
 * @param schema version of this layout: 1
 * @param device where it was measured
 * @param recipe the experiment as resolved
 * @param seed the seed of the run
 * @param baseline the network before pruning
 * @param trials one per method and sparsity; empty for a training run
 * @param crossover one per method and batch size; empty for a training run
 */
public record Results(
    int schema,
    DeviceInfo device,
    Recipe recipe,
    long seed,
    Baseline baseline,
    List<Trial> trials,
    List<Crossover> crossover) {

  /** The version of the layout that this program writes. */
  public static final int SCHEMA = 1;

  /** Makes the lists unmodifiable. */
  public Results {
    trials = List.copyOf(trials);
    crossover = List.copyOf(crossover);
  }
}
