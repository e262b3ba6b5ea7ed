package org.prunecl.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.prunecl.nn.Candidates;
import org.prunecl.nn.ExecutionPlan;
import org.prunecl.nn.Form;
import org.prunecl.nn.Inference;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Network;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.SparseForm;

/**
 * Finds the fastest form of each layer of a network at one batch size: by measurement on the
 * activations that real samples give, all forms taking turns, or by what was measured before for
 * such a layer.
 */
public final class Planner {
  private static final int ROUNDS = 10;
  private static final int WARM_UP = 5;

  /** Calls back to back before one wait, the same on all sides. */
  private static final int CALLS = 20;

  /** Of products that take more than a millisecond, so many that a round takes as long. */
  private static final double ROUND_MILLISECONDS = 20;

  private static final int LEAST_CALLS = 5;

  /** The same of whole networks, of which launches alone are compared. */
  private static final double NETWORK_MILLISECONDS = 5;

  private static final int LEAST_NETWORK_CALLS = 2;

  private final Backend backend;
  private final PlanFile memory;
  private final boolean fresh;
  private final Consumer<String> warnings;

  /** A planner that measures everything and remembers nothing beyond its own lifetime. */
  public Planner(Backend backend) {
    this(backend, PlanFile.none(), true, warning -> {});
  }

  /**
   * @param memory what was measured before; told what is measured now
   * @param fresh whether to measure even what is known
   * @param warnings told when that can't be kept
   */
  Planner(Backend backend, PlanFile memory, boolean fresh, Consumer<String> warnings) {
    this.backend = backend;
    this.fresh = fresh;
    this.memory = memory;
    this.warnings = warnings;
  }

  /** Device memory that choosing takes at most beside the network, bytes. */
  static long bytes(List<LayerParameters> layers, int batch) {
    long forms = 0;
    for (LayerParameters layer : layers) {
      // All forms of one layer at a time; by columns dense ones are transposed, sparse ones made.
      long sparse = SparseForm.values().length * SparseForm.bytes(layer.outputs(), layer.inputs());
      forms = Math.max(forms, sparse + 2 * Matrix.bytes(layer.inputs(), layer.outputs()));
    }
    return Math.max(forms, launchBytes(layers, batch)) + Inference.bytes(layers, batch);
  }

  /** What comparing launches takes beside one inference's buffers. */
  private static long launchBytes(List<LayerParameters> layers, int batch) {
    return 2 * Inference.bytes(layers, batch)
        + layers.stream()
            .mapToLong(layer -> SparseForm.bytes(layer.outputs(), layer.inputs()))
            .sum()
        + 2 * ExecutionPlan.ChainBytes.of(layers, batch).total();
  }

  /**
   * A form for each layer.
   *
   * @param batch samples that will be run at a time
   * @param samples batch × features, sample by sample
   */
  public List<LayerPlan> choose(Network network, int batch, float[] samples) {
    List<LayerPlan> plans =
        Candidates.visit(network, batch, samples, layer -> choose(layer, batch));
    memory.store(warnings);
    return plans;
  }

  private LayerPlan choose(Candidates.LayerForms layer, int batch) {
    LayerParameters read = layer.layer().read();
    double sparsity = 1 - (double) read.nonzeroWeights() / read.weights().length;
    PlanFile.Key key = PlanFile.Key.of(read.shape(), batch, sparsity, layer.zeros());
    Map<String, Double> times = memory.times(key);
    boolean remembered = !fresh && times.keySet().equals(labels(layer.forms()));
    if (!remembered) {
      times = measure(layer);
      memory.remember(key, times);
    }
    return new LayerPlan(
        read.name(), read.shape(), sparsity, layer.zeros(), fastest(times), times, remembered);
  }

  /**
   * A plan of the fastest forms, or of all layers in one launch where that is faster; the caller
   * closes it. Launches are compared each time: nothing is remembered of them.
   */
  public ExecutionPlan plan(Network network, int batch, Batches samples) {
    List<LayerPlan> chosen = choose(network, batch, samples.first());
    Launches launches = launches(network, batch, samples, chosen);
    if (launches == null || launches.layersMs() <= launches.oneMs()) {
      return layers(network, batch, chosen);
    }
    return launches.denseMs() <= launches.sparseMs()
        ? ExecutionPlan.chainedDense(network, batch)
        : ExecutionPlan.chained(network, batch, zeros(chosen));
  }

  /**
   * Every layer dense, in one launch or a launch for each layer, whichever is faster; the caller
   * closes it.
   */
  public ExecutionPlan dense(Network network, int batch, Batches samples) {
    if (!ExecutionPlan.chains(network, batch)) {
      return ExecutionPlan.dense(network, batch);
    }
    List<Double> medians =
        medians(
            List.of(
                () -> ExecutionPlan.layered(network, batch),
                () -> ExecutionPlan.chainedDense(network, batch)),
            batch,
            samples);
    return medians.get(0) < medians.get(1)
        ? ExecutionPlan.layered(network, batch)
        : ExecutionPlan.chainedDense(network, batch);
  }

  /**
   * Compares a launch for each layer with one for all of them, from host memory to host memory.
   *
   * @param samples what they are timed with
   * @param chosen the form of each layer
   * @return null where the device doesn't run these layers in one launch at this batch size
   */
  Launches launches(Network network, int batch, Batches samples, List<LayerPlan> chosen) {
    if (!ExecutionPlan.chains(network, batch)) {
      return null;
    }
    List<Double> medians =
        medians(
            List.of(
                () -> layers(network, batch, chosen),
                () -> ExecutionPlan.chainedDense(network, batch),
                () -> ExecutionPlan.chained(network, batch, zeros(chosen))),
            batch,
            samples);
    return new Launches(medians.get(0), medians.get(1), medians.get(2));
  }

  /** The median time of an inference by each plan, milliseconds. */
  private List<Double> medians(List<Supplier<ExecutionPlan>> plans, int batch, Batches samples) {
    try (Scope scope = new Scope()) {
      List<Runnable> works = new ArrayList<>();
      int calls = 0;
      for (Supplier<ExecutionPlan> plan : plans) {
        Inference inference = scope.own(new Inference(scope.own(plan.get()), batch));
        Runnable first = () -> inference.run(samples.first());
        warmUp(first);
        if (works.isEmpty()) {
          calls = calls(first, NETWORK_MILLISECONDS, LEAST_NETWORK_CALLS);
        }
        works.add(samples.inTurns(inference::run));
      }
      return NetworkTimer.alternating(works, calls, ROUNDS).stream()
          .map(times -> times.milliseconds().median())
          .toList();
    }
  }

  private static ExecutionPlan layers(Network network, int batch, List<LayerPlan> chosen) {
    return ExecutionPlan.of(network, chosen.stream().map(LayerPlan::form).toList(), batch);
  }

  private static List<Double> zeros(List<LayerPlan> chosen) {
    return chosen.stream().map(LayerPlan::zeros).toList();
  }

  private Map<String, Double> measure(Candidates.LayerForms layer) {
    List<Runnable> works = new ArrayList<>(layer.works().get().values());
    works.forEach(this::warmUp);
    int calls = calls(works.get(0), ROUND_MILLISECONDS, LEAST_CALLS);
    // One untimed call first: after a stranger a kernel is slower than after itself.
    List<Alternating.Times> times =
        Alternating.time(works, calls, backend::finish, ROUNDS, Runnable::run);
    Map<String, Double> medians = new LinkedHashMap<>();
    int i = 0;
    for (Form form : layer.forms()) {
      medians.put(form.label(), times.get(i++).milliseconds().median());
    }
    return medians;
  }

  private void warmUp(Runnable work) {
    for (int i = 0; i < WARM_UP; i++) {
      work.run();
    }
    backend.finish();
  }

  private int calls(Runnable dense, double roundMilliseconds, int least) {
    long start = System.nanoTime();
    warmUp(dense);
    double milliseconds = (System.nanoTime() - start) / 1e6 / WARM_UP;
    return (int) Math.min(CALLS, Math.max(least, Math.ceil(roundMilliseconds / milliseconds)));
  }

  private static Set<String> labels(List<Form> forms) {
    return forms.stream().map(Form::label).collect(Collectors.toSet());
  }

  private static Form fastest(Map<String, Double> times) {
    Form fastest = Form.DENSE;
    for (Form form : Form.values()) {
      if (times.containsKey(form.label()) && times.get(form.label()) < times.get(fastest.label())) {
        fastest = form;
      }
    }
    return fastest;
  }
}
