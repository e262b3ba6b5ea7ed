package org.prunecl.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The trials of one method at one sparsity, one per seed.
 *
 * @param method what was pruned
 * @param sparsity the share that was asked for
 * @param seeds number of trials
 * @param accuracy of the trials
 * @param loss of the trials
 * @param theoreticalSpeedup of the trials
 * @param speedup measured, one entry per batch size and execution: the deployed form, and auto
 *     where it was timed
 * @param compressionRatio {@link Compression#bytes} of the trials
 * @param parameterRatio {@link Compression#parameters} of the trials; null where none is left in
 *     some trial
 */
public record Summary(
    String method,
    double sparsity,
    int seeds,
    Spread accuracy,
    Spread loss,
    Spread theoreticalSpeedup,
    List<Speedup> speedup,
    Spread compressionRatio,
    Spread parameterRatio) {
  /** Makes the list unmodifiable. */
  public Summary {
    speedup = List.copyOf(speedup);
  }

  /**
   * How many times as fast as the reference timed beside it: median of the reference ÷ median of
   * the form, in each trial.
   *
   * @param batch images per inference
   * @param execution the form
   * @param mean over the trials
   * @param std sample standard deviation over the trials; null of a single one
   */
  public record Speedup(int batch, String execution, double mean, Double std) {}

  /** One for each method and sparsity, in the order of their first trial. */
  static List<Summary> of(List<Trial> trials) {
    record Key(String method, double sparsity) {}
    Map<Key, List<Trial>> groups = new LinkedHashMap<>();
    for (Trial trial : trials) {
      groups
          .computeIfAbsent(new Key(trial.method(), trial.sparsity()), key -> new ArrayList<>())
          .add(trial);
    }
    return groups.values().stream().map(Summary::ofGroup).toList();
  }

  private static Summary ofGroup(List<Trial> trials) {
    Trial first = trials.get(0);
    boolean left = trials.stream().allMatch(trial -> trial.compression().parameters() != null);
    return new Summary(
        first.method(),
        first.sparsity(),
        trials.size(),
        spread(trials, Trial::accuracy),
        spread(trials, Trial::loss),
        spread(trials, Trial::theoreticalSpeedup),
        speedups(trials),
        spread(trials, trial -> trial.compression().bytes()),
        left ? spread(trials, trial -> trial.compression().parameters()) : null);
  }

  private static List<Speedup> speedups(List<Trial> trials) {
    String form = Sweep.deployed(trials.get(0).method());
    List<Speedup> speedups = new ArrayList<>();
    for (Latency latency : trials.get(0).latency()) {
      String execution = latency.execution();
      boolean wanted = execution.equals(form) || execution.equals(Forms.AUTO);
      if (wanted && trials.stream().allMatch(trial -> timed(trial, latency.batch(), execution))) {
        Spread spread = spread(trials, trial -> trial.speedup(latency.batch(), execution));
        speedups.add(new Speedup(latency.batch(), execution, spread.mean(), spread.std()));
      }
    }
    return speedups;
  }

  private static boolean timed(Trial trial, int batch, String execution) {
    return trial.latency(batch, execution).isPresent()
        && trial.latency(batch, trial.reference()).isPresent();
  }

  private static Spread spread(List<Trial> trials, ToDoubleFunction<Trial> figure) {
    return Spread.of(trials.stream().mapToDouble(figure).boxed().toList());
  }
}
