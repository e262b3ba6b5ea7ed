package org.prunecl.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.prunecl.lab.Latency;
import org.prunecl.lab.Results;
import org.prunecl.lab.Spread;
import org.prunecl.lab.Trial;

/** Accuracy against latency: what a method's networks reach, and in which time. */
final class Frontier {
  private Frontier() {}

  /**
   * A network, over all seeds.
   *
   * @param latency milliseconds per batch
   * @param accuracy share of test images classified correctly
   */
  record Point(Spread latency, Spread accuracy) {}

  /**
   * A method's networks, the least pruned first: in the forms that measurement picked where they
   * were timed, else in the form that they are deployed in.
   */
  static List<Point> points(Results results, String method, int batch) {
    DeployedForm form = DeployedForm.of(method);
    String execution = SweepReport.auto(results, form) ? SweepReport.AUTO : form.execution();
    List<Point> points = new ArrayList<>();
    for (List<Trial> trials : Trials.bySparsity(results, method)) {
      Trials.medians(trials, batch, execution)
          .ifPresent(time -> points.add(new Point(time, Trials.spread(trials, Trial::accuracy))));
    }
    return points;
  }

  /**
   * The unpruned network executed dense. A dense product takes as long whatever is zero in it, so
   * it was timed in every trial: of each seed the median of those times.
   */
  static Optional<Point> unpruned(Results results, int batch) {
    List<Double> medians =
        results.trials().stream()
            .collect(Collectors.groupingBy(Trial::seed, TreeMap::new, Collectors.toList()))
            .values()
            .stream()
            .flatMap(trials -> median(trials, batch).stream())
            .toList();
    return medians.isEmpty()
        ? Optional.empty()
        : Optional.of(new Point(Spread.of(medians), Trials.unpruned(results)));
  }

  private static Optional<Double> median(List<Trial> trials, int batch) {
    List<Double> times =
        trials.stream()
            .flatMap(trial -> trial.latency(batch, trial.reference()).stream())
            .map(Latency::medianMs)
            .sorted()
            .toList();
    int half = times.size() / 2;
    return times.isEmpty()
        ? Optional.empty()
        : Optional.of((times.get(half) + times.get(times.size() - 1 - half)) / 2);
  }

  /**
   * The shortest time in which an accuracy is reached: of the points that no other one beats in
   * both, interpolated linearly between the last that falls short and the next.
   *
   * @return milliseconds per batch; empty if no point reaches it
   */
  static Optional<Double> latencyAt(List<Point> points, double accuracy) {
    List<Point> byLatency = new ArrayList<>(points);
    byLatency.sort(Comparator.comparingDouble(point -> point.latency.mean()));
    Point below = null;
    for (Point point : byLatency) {
      if (point.accuracy.mean() >= accuracy) {
        return Optional.of(below == null ? point.latency.mean() : between(below, point, accuracy));
      }
      if (below == null || point.accuracy.mean() > below.accuracy.mean()) {
        below = point;
      }
    }
    return Optional.empty();
  }

  private static double between(Point below, Point above, double accuracy) {
    double share =
        (accuracy - below.accuracy.mean()) / (above.accuracy.mean() - below.accuracy.mean());
    return below.latency.mean() + share * (above.latency.mean() - below.latency.mean());
  }
}
