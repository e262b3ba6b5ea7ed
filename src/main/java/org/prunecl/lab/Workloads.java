package org.prunecl.lab;

import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.prunecl.data.Dataset;
import org.prunecl.nn.Evaluator;
import org.prunecl.nn.ExecutionPlan;
import org.prunecl.nn.Inference;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Network;
import org.prunecl.nn.Training;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Peak;
import org.prunecl.ops.Samples;
import org.prunecl.prune.Pruning;

/** What the jobs of an {@link Experiment} need of a device. */
public final class Workloads {
  private Workloads() {}

  /** Builds the kernels of {@link #training}, which don't depend on network and dataset. */
  public static void prepareTraining(Backend backend) {
    Training.prepare(backend);
    Evaluator.prepare(backend);
  }

  /** What training such a network on such a dataset and evaluating it dense needs of a device. */
  public static Workload training(Recipe recipe, Dataset dataset, List<LayerParameters> layers) {
    int batch = Math.min(recipe.batchSize(), dataset.train().count());
    long bytes = DeviceData.trainingBytes(dataset) + Training.bytes(layers, batch);
    return workload(
        dataset,
        layers,
        bytes,
        dataset.train().pixels().length,
        backend -> {
          prepareTraining(backend);
          prepareImages(backend, layers, dataset, batch);
        });
  }

  /**
   * What evaluating such a network needs of a device.
   *
   * @param execution as {@link Experiment#evaluate} takes it
   */
  public static Workload evaluation(
      Dataset dataset, List<LayerParameters> layers, String execution) {
    int count = dataset.test().count();
    int batch = Math.min(Evaluator.BATCH, count);
    ExecutionPlan.ChainBytes chain = ExecutionPlan.ChainBytes.of(layers, batch);
    // Where layers may run in one launch, it is compared with others, in turns.
    int inferences = chain.total() > 0 ? 3 : 1;
    return workload(
        dataset,
        layers,
        Network.bytes(layers)
            + Forms.bytes(layers, batch)
            + inferences * Inference.bytes(layers, batch),
        chain.largest(),
        backend -> {
          prepareEvaluation(backend);
          if (execution.equals(Forms.AUTO)) {
            ExecutionPlan.prepareChain(backend, layers, batch);
            ExecutionPlan.prepareForms(backend, layers, batch);
            ExecutionPlan.prepareForms(backend, layers, Math.max(1, count % Evaluator.BATCH));
          }
        });
  }

  /** What a sweep over such a network needs of a device. */
  public static Workload sweep(Recipe recipe, Dataset dataset, List<LayerParameters> layers) {
    int batch = Collections.max(Sweep.BATCHES);
    // The network and its pruned copy.
    long forms = 2 * Network.bytes(layers) + Forms.bytes(layers, batch) + timing(layers, batch);
    Workload pruning = pruning(recipe, dataset, layers, forms + Evaluator.unrolledBytes(layers));
    return new Workload(
        pruning.bytes(),
        Sweep.BATCHES.stream()
            .mapToLong(size -> ExecutionPlan.ChainBytes.of(layers, size).largest())
            .reduce(pruning.largest(), Math::max),
        pruning
            .prepare()
            .andThen(
                backend ->
                    Sweep.BATCHES.forEach(
                        size -> {
                          ExecutionPlan.prepareChain(backend, layers, size);
                          ExecutionPlan.prepareForms(backend, layers, size);
                        })));
  }

  /**
   * What pruning such a network with the recipe's schedule and evaluating it dense needs.
   *
   * @param afterwards what is done with it then takes so much beside images, bytes
   */
  static Workload pruning(
      Recipe recipe, Dataset dataset, List<LayerParameters> layers, long afterwards) {
    List<Pruning> prunings = recipe.prune().prunings(recipe.seed());
    TrainingRun.Phase phase = ScheduledPruning.phase(recipe);
    boolean trains = phase.epochs() > 0;
    boolean gradients = prunings.stream().anyMatch(Pruning::needsGradients);
    int images = dataset.train().count();
    int batch = Math.min(phase.batchSize(), images);
    int calibration = DeviceData.calibration(dataset.train());
    long samples =
        (trains ? DeviceData.trainingBytes(dataset) : 0)
            + (gradients ? Samples.bytes(calibration, dataset.train().pixelsPerImage()) : 0);
    long scoring =
        prunings.stream()
            .mapToLong(pruning -> GradualPruning.bytes(pruning, layers, calibration))
            .max()
            .orElse(0);
    // The network, and its copy that is scored and trained.
    long copies =
        Network.bytes(layers)
            + (trains ? Training.bytes(layers, batch) : Network.bytes(layers))
            + scoring;
    return workload(
        dataset,
        layers,
        samples + Math.max(copies, afterwards),
        trains ? dataset.train().pixels().length : 0,
        backend -> {
          prepareEvaluation(backend);
          Pruning.prepare(backend);
          if (trains) {
            prepareTraining(backend);
            GradualPruning.prepare(backend);
            prepareImages(backend, layers, dataset, batch);
          }
          if (gradients) {
            Pruning.prepareGradients(backend, layers, calibration);
          }
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

  private static void prepareImages(
      Backend backend, List<LayerParameters> layers, Dataset dataset, int batch) {
    prepareBatches(backend, layers, dataset.train().count(), batch);
    if (dataset.validation() != null) {
      prepareBatches(backend, layers, dataset.validation().count(), Evaluator.BATCH);
    }
  }

  /** For samples taken so many at a time, the last ones being fewer. */
  private static void prepareBatches(
      Backend backend, List<LayerParameters> layers, int samples, int batch) {
    ExecutionPlan.prepare(backend, layers, Math.min(samples, batch));
    ExecutionPlan.prepare(backend, layers, samples % batch);
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
        LongStream.of(
                dataset.test().pixels().length,
                widest,
                ExecutionPlan.ChainBytes.of(layers, batch).largest(),
                largestImages(layers, batch))
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
          ExecutionPlan.prepareChain(backend, layers, batch);
          ExecutionPlan.prepareForms(backend, layers, batch);
        });
  }
}
