package org.prunecl.report;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.prunecl.lab.Baseline;
import org.prunecl.lab.Latency;
import org.prunecl.lab.Results;
import org.prunecl.lab.Spread;
import org.prunecl.lab.Trial;

/** Questions asked of a sweep's trials. */
final class Trials {
  private Trials() {}

  /** The methods, in the order of their first trial. */
  static List<String> methods(Results results) {
    return results.trials().stream().map(Trial::method).distinct().toList();
  }

  /** The trials of a method, the least pruned first. */
  static List<Trial> of(Results results, String method) {
    return results.trials().stream()
        .filter(trial -> trial.method().equals(method))
        .sorted(Comparator.comparingDouble(Trial::sparsity))
        .toList();
  }

  /** The trials of a method at each sparsity, one per seed, the least pruned first. */
  static List<List<Trial>> bySparsity(Results results, String method) {
    return List.copyOf(
        of(results, method).stream()
            .collect(Collectors.groupingBy(Trial::sparsity, TreeMap::new, Collectors.toList()))
            .values());
  }

  /** A figure of trials that differ in their seeds. */
  static Spread spread(List<Trial> trials, ToDoubleFunction<Trial> figure) {
    return Spread.of(trials.stream().mapToDouble(figure).boxed().toList());
  }

  /** The accuracy of the unpruned networks. */
  static Spread unpruned(Results results) {
    return Spread.of(results.baselines().stream().map(Baseline::accuracy).toList());
  }

  /** The medians of the trials' times in that form at that batch size, if all were measured. */
  static Optional<Spread> medians(List<Trial> trials, int batch, String execution) {
    List<Double> medians =
        trials.stream()
            .flatMap(trial -> trial.latency(batch, execution).stream())
            .map(Latency::medianMs)
            .toList();
    return medians.size() == trials.size() ? Optional.of(Spread.of(medians)) : Optional.empty();
  }

  /** The batch sizes that any of the trials was timed at, ascending. */
  static List<Integer> batches(List<Trial> trials) {
    return trials.stream()
        .flatMap(trial -> trial.latency().stream())
        .map(Latency::batch)
        .distinct()
        .sorted()
        .toList();
  }
}
