package org.prunecl.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.prunecl.Progress;
import org.prunecl.data.LabelledImages;
import org.prunecl.data.Normalization;
import org.prunecl.nn.Evaluator;
import org.prunecl.nn.Form;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Network;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Samples;
import org.prunecl.prune.Calibration;
import org.prunecl.prune.Method;
import org.prunecl.prune.Pruning;

/** Prunes a trained network at every method and sparsity, evaluates and times every form of it. */
public final class Sweep {
  /** Batch sizes at which whole networks are timed. */
  public static final List<Integer> BATCHES = List.of(1, 128);

  private final DeviceSession session;
  private final Network network;
  private final Recipe.Prune settings;
  private final long seed;
  private final Calibration calibration;
  private final Samples test;
  private final Map<Integer, float[]> inputs = new LinkedHashMap<>();

  /**
   * A sweep over a trained network, which stays as it is.
   *
   * @param session the device
   * @param network the trained network
   * @param recipe what to prune, and how images are normalised
   * @param images the test images
   * @param test the same on the device
   * @param calibration training images for methods that need gradients, else null
   */
  public Sweep(
      DeviceSession session,
      Network network,
      Recipe recipe,
      LabelledImages images,
      Samples test,
      Calibration calibration) {
    this.session = session;
    this.network = network;
    this.settings = recipe.prune();
    this.seed = recipe.seed();
    this.test = test;
    this.calibration = calibration;
    Normalization normalization = Normalization.parse(recipe.normalize());
    BATCHES.forEach(batch -> inputs.put(batch, DeviceData.inputs(images, normalization, batch)));
  }

  /**
   * Runs all trials: methods in the recipe's order, of the sparsities in theirs those that a method
   * can prune.
   */
  public List<Trial> run(Progress progress) {
    List<Trial> trials = new ArrayList<>();
    progress.start(
        "sweep", settings.methods().stream().mapToLong(m -> settings.sparsities(m).size()).sum());
    for (String method : settings.methods()) {
      for (double sparsity : settings.sparsities(method)) {
        trials.add(trial(method, sparsity));
        progress.update(
            trials.size(), String.format(Locale.ROOT, "%s %.0f %%", method, 100 * sparsity));
      }
    }
    progress.close();
    return trials;
  }

  /** The form that a method's networks are deployed in: compact for units, CSR for all others. */
  public static String deployed(String method) {
    return Method.parse(method).granularity().wholeUnits() ? Forms.COMPACT : Forms.CSR;
  }

  private Trial trial(String method, double sparsity) {
    Pruning pruning = settings.pruning(method, sparsity, seed);
    try (Network masked = pruning.prune(network, calibration);
        Forms forms = Forms.of(masked)) {
      Map<String, Evaluator.Score> scores = new LinkedHashMap<>();
      forms.plans().forEach((name, plan) -> scores.put(name, Evaluator.evaluate(plan, test)));
      List<Latency> latencies = new ArrayList<>();
      inputs.forEach((batch, input) -> latencies.addAll(time(forms, batch, input)));

      String form = deployed(method);
      List<LayerParameters> layers = forms.parameters();
      return new Trial(
          method,
          sparsity,
          pruning.achievedSparsity(layers),
          layers.stream().mapToLong(LayerParameters::nonzeros).sum(),
          scores.get(form).accuracy(),
          scores.get(form).loss(),
          new Trial.Bytes(forms.denseBytes(), forms.sparseBytes(), forms.compactBytes()),
          (double) forms.plan(Forms.DENSE).multiplyAdds() / forms.plan(form).multiplyAdds(),
          new Trial.Accuracies(
              scores.get(Forms.DENSE).accuracy(),
              scores.get(Forms.CSR).accuracy(),
              scores.get(Forms.COMPACT).accuracy()),
          latencies);
    }
  }

  private List<Latency> time(Forms forms, int batch, float[] input) {
    List<Form> picked =
        session.planner(false).choose(forms.smaller(), batch, input).stream()
            .map(LayerPlan::form)
            .toList();
    try (Scope scope = new Scope()) {
      return new NetworkTimer(session).time(forms.at(batch, picked, scope), batch, input);
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

  private static Double crossover(String method, String form, int batch, List<Trial> trials) {
    return Crossovers.of(
        trials.stream()
            .filter(trial -> trial.method().equals(method))
            .map(trial -> new Crossovers.Point(trial.sparsity(), speedup(trial, batch, form)))
            .toList());
  }

  /**
   * Of one network on the same kernels, any difference is noise: compacted, but with no dead unit.
   * Where every layer stays dense, sparsity doesn't pay, however good the dense form that was
   * found.
   */
  private static double speedup(Trial trial, int batch, String form) {
    if (form.equals(Forms.COMPACT) && trial.theoreticalSpeedup() == 1) {
      return 1;
    }
    if (form.equals(Forms.AUTO) && allDense(trial, batch)) {
      return 1;
    }
    return median(trial, batch, Forms.DENSE) / median(trial, batch, form);
  }

  private static boolean allDense(Trial trial, int batch) {
    return latency(trial, batch, Forms.AUTO).forms().stream().noneMatch(Form::sparse);
  }

  private static double median(Trial trial, int batch, String execution) {
    return latency(trial, batch, execution).medianMs();
  }

  private static Latency latency(Trial trial, int batch, String execution) {
    return trial.latency().stream()
        .filter(latency -> latency.batch() == batch && latency.execution().equals(execution))
        .findFirst()
        .orElseThrow();
  }
}
