package org.prunecl.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.prunecl.Progress;
import org.prunecl.data.Dataset;
import org.prunecl.data.Normalization;
import org.prunecl.io.Encoding;
import org.prunecl.io.ModelSize;
import org.prunecl.io.ModelWeights;
import org.prunecl.nn.Evaluator;
import org.prunecl.nn.ExecutionPlan;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.LayerTable;
import org.prunecl.nn.Network;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Peak;
import org.prunecl.ops.Samples;
import org.prunecl.prune.Compaction;
import org.prunecl.prune.Method;
import org.prunecl.prune.Pruning;
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
    try (Scope owner = new Scope()) {
      TrainingRun.Images images =
          DeviceData.images(session.backend(), dataset, test, normalization(recipe), owner);
      return TrainingRun.train(network, recipe, images, from, progress, listener, keeper);
    }
  }

  /**
   * The network as it is, evaluated dense on the test images.
   *
   * @param training what its training left, or null when it was loaded
   * @param file what its file holds
   */
  public Baseline baseline(TrainingRun.Outcome training, ModelWeights file) {
    try (ExecutionPlan plan = ExecutionPlan.dense(network)) {
      Evaluator.Score score = Evaluator.evaluate(plan, test);
      List<LayerParameters> layers = network.read();
      return new Baseline(
          recipe.seed(),
          score.accuracy(),
          score.loss(),
          training == null ? null : training.seconds(),
          training == null ? null : training.secondsPerStep(),
          count(layers),
          ModelSize.bytes(file, Encoding.DENSE),
          ModelSize.gzipBytes(file, Encoding.DENSE),
          WeightTensor.of(layers));
    }
  }

  /**
   * The network as it is, pruned, evaluated dense on the test images.
   *
   * @param pruning what was asked for
   * @param history of the epochs under masks
   * @param file what its file holds
   */
  PrunedNetwork pruned(Pruning pruning, List<EpochRecord> history, ModelWeights file) {
    try (ExecutionPlan plan = ExecutionPlan.dense(network)) {
      Evaluator.Score score = Evaluator.evaluate(plan, test);
      List<LayerParameters> layers = network.read();
      return new PrunedNetwork(
          recipe.seed(),
          pruning.method().label(),
          pruning.sparsity(),
          pruning.achievedSparsity(layers),
          score.accuracy(),
          score.loss(),
          history.stream().mapToDouble(EpochRecord::seconds).sum(),
          ModelSize.bytes(file, Encoding.DENSE),
          ModelSize.gzipBytes(file, Encoding.DENSE),
          WeightTensor.of(layers),
          LayerTable.of(layers));
    }
  }

  /** Number of weights and biases. */
  static long count(List<LayerParameters> layers) {
    return layers.stream().mapToLong(LayerParameters::parameters).sum();
  }

  /**
   * Runs the recipe's trials on the network.
   *
   * @param origin the networks that schedules start from, this one as the trained one
   * @param small the small dense network for each sparsity; empty unless they are asked for
   * @param journal gives back trials of an earlier attempt and keeps the others
   */
  public List<Trial> sweep(
      ScheduledPruning.Origin origin,
      Map<Double, List<LayerParameters>> small,
      Progress progress,
      Journal journal) {
    // The sweep's own progress says how far it is; that of its trainings would hide it.
    try (ScheduledPruning scheduled = scheduled(Progress.NONE)) {
      return new Sweep(session, network, recipe, dataset.test(), test)
          .run(scheduled, origin, small, progress, journal);
    }
  }

  /** What prunes such networks with the recipe's schedule; for the caller to close, before this. */
  ScheduledPruning scheduled(Progress progress) {
    return new ScheduledPruning(recipe, dataset, session.backend(), test, progress);
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
      Batches samples = Batches.of(dataset.test(), normalization(recipe), batch);
      try (ExecutionPlan plan = session.planner(false).plan(forms.smaller(), batch, samples)) {
        return evaluation(execution, plan);
      }
    }
  }

  /**
   * The fastest form of each layer of the network without its dead units, measured now.
   *
   * @param batch images at a time
   */
  public PlanResults plan(int batch) {
    Batches samples = Batches.of(dataset.test(), normalization(recipe), batch);
    double peak = Peak.gflops(session.backend());
    try (Network smaller = Network.of(session.backend(), Compaction.compact(network.read()))) {
      Planner planner = session.planner(true);
      List<LayerPlan> chosen = planner.choose(smaller, batch, samples.first());
      Launches launches = planner.launches(smaller, batch, samples, chosen);
      try (Network full = Network.of(session.backend(), filled(smaller.read()))) {
        return PlanResults.of(
            session.info(),
            batch,
            peak,
            chosen,
            crossovers(full, batch, samples.first()),
            launches);
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
