package org.prunecl.lab;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.prunecl.Progress;
import org.prunecl.data.Dataset;
import org.prunecl.data.Normalization;
import org.prunecl.nn.Evaluator;
import org.prunecl.nn.ExecutionPlan;
import org.prunecl.nn.Inference;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Network;
import org.prunecl.nn.Training;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Peak;
import org.prunecl.ops.Samples;
import org.prunecl.prune.Calibration;
import org.prunecl.prune.Compaction;
import org.prunecl.prune.Method;
import org.prunecl.prune.Pruning;
import org.prunecl.prune.Schedule;
import org.prunecl.prune.Selection;

/**
 * A recipe, its dataset and its network on a device: to be trained, evaluated and pruned. Owns
 * network and dataset on the device, not the device session.
 */
public final class Experiment implements AutoCloseable {
  /** Far below any weight that training leaves, and far above the smallest normal number. */
  private static final float NEGLIGIBLE = 1e-20f;

  /** Sparsities at which a layer's crossover is looked for. */
  private static final List<Double> TRIED = List.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9);

  private final Recipe recipe;
  private final Dataset dataset;
  private final DeviceSession session;
  private final Scope scope = new Scope();
  private final Network network;
  private final Samples test;

  /**
   * Uploads the network and the test images.
   *
   * @param layers the network's parameters: initialised, or of a trained model
   */
  public Experiment(
      Recipe recipe, Dataset dataset, List<LayerParameters> layers, DeviceSession session) {
    this.recipe = recipe;
    this.dataset = dataset;
    this.session = session;
    try {
      this.network = scope.own(Network.of(session.backend(), layers));
      this.test =
          scope.own(DeviceData.upload(session.backend(), dataset.test(), normalization(recipe)));
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  /** Builds the kernels of {@link #training}, which don't depend on network and dataset. */
  public static void prepareTraining(Backend backend) {
    Training.prepare(backend);
    Evaluator.prepare(backend);
  }

  /** What training such a network on such a dataset and evaluating it dense needs of a device. */
  public static Workload training(Recipe recipe, Dataset dataset, List<LayerParameters> layers) {
    long train = DeviceData.bytes(dataset.train());
    int batch = Math.min(recipe.batchSize(), dataset.train().count());
    long bytes = train + Training.bytes(layers, batch);
    return workload(
        dataset,
        layers,
        bytes,
        dataset.train().pixels().length,
        backend -> {
          prepareTraining(backend);
          prepareBatches(backend, layers, dataset.train().count(), batch);
        });
  }

  /**
   * What evaluating such a network needs of a device.
   *
   * @param execution as {@link #evaluate} takes it
   */
  public static Workload evaluation(
      Dataset dataset, List<LayerParameters> layers, String execution) {
    return workload(
        dataset,
        layers,
        Network.bytes(layers) + Forms.bytes(layers) + Inference.bytes(layers, Evaluator.BATCH),
        0,
        backend -> {
          prepareEvaluation(backend);
          if (execution.equals(Forms.AUTO)) {
            int count = dataset.test().count();
            ExecutionPlan.prepareForms(backend, layers, Math.min(Evaluator.BATCH, count));
            ExecutionPlan.prepareForms(backend, layers, Math.max(1, count % Evaluator.BATCH));
          }
        });
  }

  /**
   * Checks before anything runs that a recipe's prunings fit the network's layers.
   *
   * @throws org.prunecl.prune.PruneException when a layer named isn't there, for instance
   * @throws LabException when the schedule isn't one that is run here
   */
  public static void check(Recipe recipe, List<LayerParameters> layers) {
    Recipe.Prune prune = recipe.prune();
    List<String> names = layers.stream().map(LayerParameters::name).toList();
    prunings(recipe).forEach(pruning -> pruning.check(names));
    if (prune.schedule().schedule().kind() != Schedule.Kind.ONE_SHOT
        || prune.fineTune().epochs() > 0) {
      throw LabException.input(
          "A network is pruned once, after training: no other schedule and no fine-tuning.",
          "Set prune.schedule.kind to one_shot and prune.fine_tune.epochs to 0.");
    }
  }

  private static List<Pruning> prunings(Recipe recipe) {
    Recipe.Prune prune = recipe.prune();
    return prune.pruningMethods().stream()
        .flatMap(
            method ->
                prune.sparsities(method).stream()
                    .map(sparsity -> prune.pruning(method, sparsity, recipe.seed())))
        .toList();
  }

  /** What a sweep over such a network needs of a device. */
  public static Workload sweep(Recipe recipe, Dataset dataset, List<LayerParameters> layers) {
    int batch = Collections.max(Sweep.BATCHES);
    int calibration = DeviceData.calibration(dataset.train());
    boolean gradients = prunings(recipe).stream().anyMatch(Pruning::needsGradients);
    long samples = gradients ? Samples.bytes(calibration, dataset.train().pixelsPerImage()) : 0;
    long scoring =
        prunings(recipe).stream()
            .mapToLong(pruning -> pruning.bytes(layers, calibration))
            .max()
            .orElse(0);
    // The network and its pruned copy.
    long forms = 2 * Network.bytes(layers) + Forms.bytes(layers) + timing(layers, batch);
    return workload(
        dataset,
        layers,
        samples
            + Math.max(forms, Network.bytes(layers) + scoring)
            + Evaluator.unrolledBytes(layers),
        0,
        backend -> {
          prepareEvaluation(backend);
          Pruning.prepare(backend);
          if (gradients) {
            Pruning.prepareGradients(backend, layers, calibration);
          }
          Sweep.BATCHES.forEach(size -> ExecutionPlan.prepareForms(backend, layers, size));
        });
  }

  /** Forms are timed in turns, their buffers side by side. */
  private static long timing(List<LayerParameters> layers, int batch) {
    return Forms.COUNT * Inference.bytes(layers, batch);
  }

  private static void prepareEvaluation(Backend backend) {
    Inference.prepare(backend);
    Evaluator.prepare(backend);
  }

  private static Workload workload(
      Dataset dataset,
      List<LayerParameters> layers,
      long own,
      long largest,
      Consumer<Backend> prepare) {
    return new Workload(
        own + DeviceData.bytes(dataset.test()) + Evaluator.bytes(layers),
        LongStream.of(
                largest,
                dataset.test().pixels().length,
                Matrix.bytes(dataset.test().pixelsPerImage(), Evaluator.BATCH),
                // The values or the column indices of a layer in CSR are as large as its weights.
                layers.stream().mapToLong(layer -> layer.shape().weightBytes()).max().orElseThrow(),
                largestImages(layers, Evaluator.BATCH))
            .max()
            .orElseThrow(),
        prepare.andThen(
            backend -> prepareBatches(backend, layers, dataset.test().count(), Evaluator.BATCH)));
  }

  /** The largest buffer of convolutions at one batch size, unrolled or not; 0 without any. */
  private static long largestImages(List<LayerParameters> layers, int batch) {
    return layers.stream()
        .map(LayerParameters::shape)
        .filter(layer -> layer.convolution() != null)
        .mapToLong(layer -> layer.largestBytes(batch))
        .max()
        .orElse(0);
  }

  /** For samples taken so many at a time, the last ones being fewer. */
  private static void prepareBatches(
      Backend backend, List<LayerParameters> layers, int samples, int batch) {
    ExecutionPlan.prepare(backend, layers, Math.min(samples, batch));
    ExecutionPlan.prepare(backend, layers, samples % batch);
  }

  /**
   * Trains the network in place.
   *
   * @param listener told about each epoch as it ends
   */
  public TrainingRun.Outcome train(Progress progress, Consumer<EpochRecord> listener) {
    return train(null, progress, listener, checkpoint -> {});
  }

  /**
   * Likewise, but interruptible.
   *
   * @param from what an earlier attempt kept last, the network having its weights; null to begin
   * @param keeper offered the state after each epoch
   */
  TrainingRun.Outcome train(
      Checkpoint from,
      Progress progress,
      Consumer<EpochRecord> listener,
      Consumer<Supplier<Checkpoint>> keeper) {
    try (Samples train =
        DeviceData.upload(session.backend(), dataset.train(), normalization(recipe))) {
      return TrainingRun.train(network, recipe, train, test, from, progress, listener, keeper);
    }
  }

  /**
   * The network as it is, evaluated dense on the test images.
   *
   * @param training what its training left, or null when it was loaded
   */
  public Baseline baseline(TrainingRun.Outcome training) {
    try (ExecutionPlan plan = ExecutionPlan.dense(network)) {
      Evaluator.Score score = Evaluator.evaluate(plan, test);
      return new Baseline(
          recipe.seed(),
          score.accuracy(),
          score.loss(),
          training == null ? null : training.seconds(),
          training == null ? null : training.secondsPerStep(),
          count(network.read()));
    }
  }

  /** Number of weights and biases. */
  static long count(List<LayerParameters> layers) {
    return layers.stream().mapToLong(LayerParameters::parameters).sum();
  }

  /**
   * Runs the recipe's trials on the network.
   *
   * @param small the small dense network for each sparsity; empty unless they are asked for
   * @param journal gives back trials of an earlier attempt and keeps the others
   */
  public List<Trial> sweep(
      Map<Double, List<LayerParameters>> small, Progress progress, Journal journal) {
    boolean gradients = prunings(recipe).stream().anyMatch(Pruning::needsGradients);
    try (Scope owner = new Scope()) {
      Calibration calibration =
          gradients
              ? DeviceData.calibration(
                  session.backend(), dataset.train(), normalization(recipe), owner)
              : null;
      return new Sweep(session, network, recipe, dataset.test(), test, calibration)
          .run(small, progress, journal);
    }
  }

  /**
   * Loss and accuracy on the test images through one form.
   *
   * @param execution {@code dense}, {@code csr}, {@code compact}, or {@code auto} for the fastest
   *     form of each layer on this device, by measurement
   */
  public Evaluation evaluate(String execution) {
    try (Forms forms = Forms.of(network)) {
      if (!execution.equals(Forms.AUTO)) {
        return evaluation(execution, forms.plan(execution));
      }
      int batch = Math.min(Evaluator.BATCH, dataset.test().count());
      float[] samples = DeviceData.inputs(dataset.test(), normalization(recipe), batch);
      try (ExecutionPlan plan = session.planner(false).plan(forms.smaller(), batch, samples)) {
        return evaluation(execution, plan);
      }
    }
  }

  /**
   * What planning such a network at one batch size needs of a device.
   *
   * @throws LabException when so many images don't fit host memory's arrays
   */
  public static Workload planning(Dataset dataset, List<LayerParameters> layers, int batch) {
    long widest = Matrix.bytes(layers.get(0).inputFeatures(), batch);
    for (LayerParameters layer : layers) {
      widest = Math.max(widest, Matrix.bytes(layer.shape().unpooledFeatures(), batch));
    }
    if (widest / Float.BYTES > KernelBench.MAX_ELEMENTS) {
      throw LabException.input(
          "A batch of " + batch + " images is more than an array holds.",
          "Give a smaller --batch.");
    }
    // The network, without its dead units, with something in place of each zero, and pruned; all
    // but the first may have biases that are constants of dead units.
    long networks = 4 * Network.bytes(layers);
    long largest =
        LongStream.of(dataset.test().pixels().length, widest, largestImages(layers, batch))
            .max()
            .orElseThrow();
    for (LayerParameters layer : layers) {
      networks += layer.bias() == null ? 3 * Matrix.bytes(layer.outputs(), 1) : 0;
      largest = Math.max(largest, layer.shape().weightBytes());
    }
    return new Workload(
        networks + Planner.bytes(layers, batch) + DeviceData.bytes(dataset.test()),
        largest,
        backend -> {
          Inference.prepare(backend);
          Pruning.prepare(backend);
          Peak.prepare(backend);
          ExecutionPlan.prepareForms(backend, layers, batch);
        });
  }

  /**
   * The fastest form of each layer of the network without its dead units, measured now.
   *
   * @param batch images at a time
   */
  public PlanResults plan(int batch) {
    float[] samples = DeviceData.inputs(dataset.test(), normalization(recipe), batch);
    double peak = Peak.gflops(session.backend());
    try (Network smaller = Network.of(session.backend(), Compaction.compact(network.read()))) {
      List<LayerPlan> chosen = session.planner(true).choose(smaller, batch, samples);
      try (Network full = Network.of(session.backend(), filled(smaller.read()))) {
        return PlanResults.of(
            session.info(), batch, peak, chosen, crossovers(full, batch, samples));
      }
    }
  }

  /**
   * The network with something in place of each zero, too small to matter and the first to be
   * pruned, so that every sparsity can be had of a network that is pruned already.
   */
  private static List<LayerParameters> filled(List<LayerParameters> layers) {
    return layers.stream()
        .map(
            layer -> {
              float[] weights = layer.weights().clone();
              for (int i = 0; i < weights.length; i++) {
                weights[i] = weights[i] == 0 ? NEGLIGIBLE * (1 + i % 1021) : weights[i];
              }
              return layer.withWeights(weights);
            })
        .toList();
  }

  /**
   * From which sparsity each layer's fastest sparse form stays faster than its fastest dense one.
   */
  private List<Double> crossovers(Network unpruned, int batch, float[] samples) {
    List<List<Crossovers.Point>> points = new ArrayList<>();
    unpruned.layers().forEach(layer -> points.add(new ArrayList<>()));
    for (double sparsity : TRIED) {
      Pruning pruning = new Pruning(Method.WEIGHT, sparsity, Selection.COUNT, true);
      try (Network pruned = pruning.prune(unpruned)) {
        List<LayerPlan> plans = new Planner(session.backend()).choose(pruned, batch, samples);
        for (int i = 0; i < plans.size(); i++) {
          points.get(i).add(new Crossovers.Point(sparsity, plans.get(i).sparseSpeedup()));
        }
      }
    }
    return points.stream().map(Crossovers::of).toList();
  }

  private Evaluation evaluation(String execution, ExecutionPlan plan) {
    Evaluator.Score score = Evaluator.evaluate(plan, test);
    return new Evaluation(
        score.accuracy(),
        score.loss(),
        score.count(),
        execution,
        plan.lines().stream().map(line -> line.form().label()).toList());
  }

  /** The network's parameters in host memory. */
  public List<LayerParameters> parameters() {
    return network.read();
  }

  private static Normalization normalization(Recipe recipe) {
    return Normalization.parse(recipe.normalize());
  }

  @Override
  public void close() {
    scope.close();
  }
}
