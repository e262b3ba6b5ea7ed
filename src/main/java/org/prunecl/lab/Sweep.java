package org.prunecl.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.prunecl.Progress;
import org.prunecl.data.LabelledImages;
import org.prunecl.data.Normalization;
import org.prunecl.nn.Evaluator;
import org.prunecl.nn.ExecutionPlan;
import org.prunecl.nn.Form;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Network;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Samples;
import org.prunecl.prune.Method;
import org.prunecl.prune.Pruning;

/** Prunes a network at every method and sparsity, evaluates and times every form of it. */
public final class Sweep {
  /** Batch sizes at which whole networks are timed. */
  public static final List<Integer> BATCHES = List.of(1, 128);

  private final DeviceSession session;
  private final Network network;
  private final Recipe.Prune settings;
  private final long seed;
  private final Samples test;
  private final Map<Integer, Batches> inputs = new LinkedHashMap<>();

  /**
   * A sweep over a trained network, which stays as it is.
   *
   * @param session the device
   * @param network the trained network
   * @param recipe what to prune, and how images are normalised
   * @param images the test images
   * @param test the same on the device
   */
  public Sweep(
      DeviceSession session, Network network, Recipe recipe, LabelledImages images, Samples test) {
    this.session = session;
    this.network = network;
    this.settings = recipe.prune();
    this.seed = recipe.seed();
    this.test = test;
    Normalization normalization = Normalization.parse(recipe.normalize());
    BATCHES.forEach(batch -> inputs.put(batch, Batches.of(images, normalization, batch)));
  }

  /**
   * Runs all trials: methods in the recipe's order, of the sparsities in theirs those that a method
   * can prune.
   *
   * @param scheduled prunes, with the recipe's schedule
   * @param origin the networks that schedules start from, this one as the trained one
   * @param small the small dense network for each sparsity; needed if they are asked for
   * @param journal gives back trials of an earlier attempt and keeps the others
   */
  public List<Trial> run(
      ScheduledPruning scheduled,
      ScheduledPruning.Origin origin,
      Map<Double, List<LayerParameters>> small,
      Progress progress,
      Journal journal) {
    List<Trial> trials = new ArrayList<>();
    progress.start(
        "sweep", settings.methods().stream().mapToLong(m -> settings.sparsities(m).size()).sum());
    for (String method : settings.methods()) {
      for (double sparsity : settings.sparsities(method)) {
        String name = "seed-" + seed + "-" + (trials.size() + 1);
        Optional<Trial> kept = journal.trial(name);
        Trial trial =
            kept.orElseGet(
                () ->
                    method.equals(SmallDense.METHOD)
                        ? control(sparsity, small.get(sparsity))
                        : trial(
                            method,
                            sparsity,
                            scheduled.run(method, sparsity, origin, epoch -> {}).layers()));
        if (kept.isEmpty()) {
          journal.keep(name, trial);
        }
        trials.add(trial);
        progress.update(
            trials.size(), String.format(Locale.ROOT, "%s %.0f %%", method, 100 * sparsity));
      }
    }
    progress.close();
    return trials;
  }

  /**
   * The form that a method's networks are deployed in: compact for units, dense for small dense
   * networks, CSR for all others.
   */
  public static String deployed(String method) {
    if (method.equals(SmallDense.METHOD)) {
      return Forms.DENSE;
    }
    return Method.parse(method).granularity().wholeUnits() ? Forms.COMPACT : Forms.CSR;
  }

  private Trial trial(String method, double sparsity, List<LayerParameters> pruned) {
    Pruning pruning = settings.pruning(method, sparsity, seed);
    try (Network masked = Network.of(session.backend(), pruned);
        Forms forms = Forms.of(masked)) {
      Map<String, Evaluator.Score> scores = new LinkedHashMap<>();
      forms.plans().forEach((name, plan) -> scores.put(name, Evaluator.evaluate(plan, test)));
      List<Latency> latencies = new ArrayList<>();
      inputs.forEach((batch, input) -> latencies.addAll(time(forms, batch, input)));

      String form = deployed(method);
      List<LayerParameters> layers = forms.parameters();
      long nonzeros = layers.stream().mapToLong(LayerParameters::nonzeros).sum();
      Trial.Bytes bytes =
          new Trial.Bytes(forms.denseBytes(), forms.sparseBytes(), forms.compactBytes());
      return new Trial(
          method,
          seed,
          sparsity,
          pruning.achievedSparsity(layers),
          nonzeros,
          scores.get(form).accuracy(),
          scores.get(form).loss(),
          bytes,
          (double) forms.plan(Forms.DENSE).multiplyAdds() / forms.plan(form).multiplyAdds(),
          Compression.of(Experiment.count(layers), bytes, nonzeros),
          new Trial.Accuracies(
              scores.get(Forms.DENSE).accuracy(),
              scores.get(Forms.CSR).accuracy(),
              scores.get(Forms.COMPACT).accuracy()),
          latencies);
    }
  }

  /** A small dense network, timed beside the unpruned one. */
  private Trial control(double sparsity, List<LayerParameters> layers) {
    List<LayerParameters> unpruned = network.read();
    try (Network small = Network.of(session.backend(), layers);
        ExecutionPlan plan = ExecutionPlan.dense(small);
        ExecutionPlan full = ExecutionPlan.dense(network)) {
      Evaluator.Score score = Evaluator.evaluate(plan, test);
      List<Latency> latencies = new ArrayList<>();
      inputs.forEach(
          (batch, input) -> {
            try (Scope scope = new Scope()) {
              Map<String, ExecutionPlan> sides = new LinkedHashMap<>();
              Planner planner = session.planner(false);
              sides.put(Forms.UNPRUNED, scope.own(planner.dense(network, batch, input)));
              sides.put(Forms.DENSE, scope.own(planner.dense(small, batch, input)));
              latencies.addAll(new NetworkTimer(session).timeApart(sides, batch, input));
            }
          });
      long nonzeros = layers.stream().mapToLong(LayerParameters::nonzeros).sum();
      long dense = Forms.denseBytes(layers);
      Trial.Bytes bytes = new Trial.Bytes(dense, Forms.sparseBytes(layers), dense);
      return new Trial(
          SmallDense.METHOD,
          seed,
          sparsity,
          SmallDense.achieved(unpruned, layers, SmallDense.counterpart(settings, sparsity)),
          nonzeros,
          score.accuracy(),
          score.loss(),
          bytes,
          (double) full.multiplyAdds() / plan.multiplyAdds(),
          Compression.of(Experiment.count(unpruned), bytes, nonzeros),
          new Trial.Accuracies(score.accuracy(), null, null),
          latencies);
    }
  }

  private List<Latency> time(Forms forms, int batch, Batches input) {
    try (Scope scope = new Scope()) {
      Map<String, ExecutionPlan> plans = forms.at(batch, session.planner(false), input, scope);
      return new NetworkTimer(session).time(plans, batch, input);
    }
  }

  /**
   * From which sparsity the deployed form of each method stays faster than dense, per batch size.
   */
  public static List<Crossover> crossovers(List<String> methods, List<Trial> trials) {
    List<Crossover> crossovers = new ArrayList<>();
    for (String method : methods) {
      for (int batch : BATCHES) {
        String form = deployed(method);
        crossovers.add(
            new Crossover(
                method,
                form,
                batch,
                crossover(method, form, batch, trials),
                crossover(method, Forms.AUTO, batch, trials)));
      }
    }
    return crossovers;
  }

  /** Of several seeds, by the mean of their speedups. */
  private static Double crossover(String method, String form, int batch, List<Trial> trials) {
    Map<Double, List<Double>> speedups = new TreeMap<>();
    for (Trial trial : trials) {
      if (trial.method().equals(method) && trial.latency(batch, form).isPresent()) {
        speedups
            .computeIfAbsent(trial.sparsity(), sparsity -> new ArrayList<>())
            .add(speedup(trial, batch, form));
      }
    }
    List<Crossovers.Point> points = new ArrayList<>();
    speedups.forEach(
        (sparsity, all) -> points.add(new Crossovers.Point(sparsity, Spread.of(all).mean())));
    return Crossovers.of(points);
  }

  /**
   * Of one network on the same kernels, any difference is noise: compacted, but with no dead unit;
   * small and dense, but no smaller. Where every layer stays dense, sparsity doesn't pay, however
   * good the dense form that was found.
   */
  private static double speedup(Trial trial, int batch, String form) {
    boolean dense = form.equals(Forms.COMPACT) || form.equals(Forms.DENSE);
    if (dense && trial.theoreticalSpeedup() == 1) {
      return 1;
    }
    if (form.equals(Forms.AUTO) && allDense(trial, batch)) {
      return 1;
    }
    return trial.speedup(batch, form);
  }

  private static boolean allDense(Trial trial, int batch) {
    return trial.latency(batch, Forms.AUTO).orElseThrow().forms().stream().noneMatch(Form::sparse);
  }
}
