package org.prunecl.report;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.prunecl.lab.Latency;
import org.prunecl.lab.Results;
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

  /** The batch sizes that any of the trials was timed at, ascending. */
  static List<Integer> batches(List<Trial> trials) {
    return trials.stream()
        .flatMap(trial -> trial.latency().stream())
        .map(Latency::batch)
        .distinct()
        .sorted()
        .toList();
  }

  /** The trial's time in that form at that batch size, if measured. */
  static Optional<Latency> latency(Trial trial, int batch, String execution) {
    return trial.latency().stream()
        .filter(latency -> latency.batch() == batch && latency.execution().equals(execution))
        .findFirst();
  }
}
