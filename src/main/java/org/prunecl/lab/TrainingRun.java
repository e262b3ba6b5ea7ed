package org.prunecl.lab;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.prunecl.Progress;
import org.prunecl.data.BatchOrder;
import org.prunecl.data.LabelledImages;
import org.prunecl.nn.Architecture;
import org.prunecl.nn.Evaluator;
import org.prunecl.nn.ExecutionPlan;
import org.prunecl.nn.Initializer;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.LayerShape;
import org.prunecl.nn.Network;
import org.prunecl.nn.Training;
import org.prunecl.ops.Adam;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Samples;
import org.prunecl.ops.Totals;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains a network for some epochs. During an epoch the host only enqueues. */
public final class TrainingRun {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

  /** What an array holds. */
  private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

  private final Phase phase;
  private final BetweenSteps between;
  private final Progress progress;
  private final Consumer<EpochRecord> listener;
  private final StepClock clock = new StepClock();

  private TrainingRun(
      Phase phase, BetweenSteps between, Progress progress, Consumer<EpochRecord> listener) {
    this.phase = phase;
    this.between = between;
    this.progress = progress;
    this.listener = listener;
  }

  /**
   * How a network is trained.
   *
   * @param epochs passes over the training images
   * @param batchSize training images per step
   * @param adam the optimiser, whose moments begin at zero
   * @param seed of the batches' order
   */
  public record Phase(int epochs, int batchSize, Adam.Settings adam, long seed) {
    /** The recipe's training. */
    public static Phase of(Recipe recipe) {
      return new Phase(
          recipe.epochs(), recipe.batchSize(), settings(recipe.optimizer()), recipe.seed());
    }

    /** The training under masks that follows the recipe's own; it has at least one epoch. */
    public static Phase fineTuning(Recipe recipe) {
      Recipe.FineTune tune = recipe.prune().fineTune();
      Adam.Settings adam = settings(recipe.optimizer());
      return new Phase(
          tune.epochs(),
          tune.batchSize() == null ? recipe.batchSize() : tune.batchSize(),
          tune.learningRate() == null ? adam : adam.withLearningRate(tune.learningRate()),
          recipe.seed());
    }

    /** The same for so many epochs. */
    Phase withEpochs(int others) {
      return new Phase(others, batchSize, adam, seed);
    }

    /** Steps in all on so many images; the last batch of an epoch may be smaller. */
    long steps(int images) {
      int batch = Math.min(batchSize, images);
      return (long) epochs * ((images + batch - 1) / batch);
    }
  }

  /**
   * The images of a training, on the device. Not their owner.
   *
   * @param train what to learn from
   * @param validation evaluated after each epoch, or null
   * @param test evaluated after each epoch
   */
  public record Images(Samples train, Samples validation, Samples test) {}

  /** What happens to a network between its training steps. */
  @FunctionalInterface
  public interface BetweenSteps {
    /** Nothing. */
    BetweenSteps NOTHING = (training, taken, last) -> {};

    /**
     * Called before the first step and after each one, before an evaluation at an epoch's end.
     *
     * @param taken training steps so far
     * @param last how many there are in all
     */
    void at(Training training, long taken, long last);
  }

  /**
   * What training leaves beside the weights.
   *
   * @param history one record per epoch
   * @param seconds wall time, evaluations included
   * @param secondsPerStep median wall time of a step, or null when there were too few
   */
  public record Outcome(List<EpochRecord> history, double seconds, Double secondsPerStep) {}

  /**
   * The recipe's network before its first step, on images of one channel.
   *
   * @throws LabException when images are too small for the kernels, or a layer is too large
   */
  public static List<LayerParameters> initialize(
      Recipe recipe, LabelledImages images, int classes) {
    Architecture architecture = architecture(recipe, images.rows(), images.columns(), classes);
    for (Architecture.Layer layer : layers(architecture)) {
      LayerShape shape = layer.shape();
      if ((long) shape.inputs() * shape.outputs() > MAX_ELEMENTS) {
        throw LabException.input(
            "A layer of "
                + shape.outputs()
                + " units on "
                + shape.inputs()
                + " values is too large.",
            "Give smaller widths with --hidden, or smaller images.");
      }
    }
    Initializer initializer = Initializer.valueOf(recipe.initializer().toUpperCase(Locale.ROOT));
    return Network.initialize(architecture, initializer, recipe.seed());
  }

  /** The layers that a recipe describes, on images of one channel. */
  static Architecture architecture(Recipe recipe, int rows, int columns, int classes) {
    return new Architecture(
        new Architecture.Image(1, rows, columns),
        recipe.conv().stream()
            .map(
                conv ->
                    new Architecture.Filters(
                        conv.filters(), conv.kernelHeight(), conv.kernelWidth(), conv.pool()))
            .toList(),
        recipe.hidden(),
        classes,
        recipe.bias());
  }

  /** The shapes of a recipe's fully connected layers, on images of that size. */
  public static List<KernelBench.Shape> connected(
      Recipe recipe, int rows, int columns, int classes) {
    return layers(architecture(recipe, rows, columns, classes)).stream()
        .map(Architecture.Layer::shape)
        .filter(shape -> shape.convolution() == null)
        .map(shape -> new KernelBench.Shape(shape.outputs(), shape.inputs()))
        .toList();
  }

  private static List<Architecture.Layer> layers(Architecture architecture) {
    try {
      return architecture.layers();
    } catch (IllegalArgumentException e) {
      Architecture.Image image = architecture.image();
      throw LabException.input(
          "Images of "
              + image.height()
              + "×"
              + image.width()
              + " pixels are too small for the recipe's convolutions: "
              + e.getMessage()
              + ".",
          "Give the recipe smaller kernels, less pooling or fewer convolutional layers.",
          e);
    }
  }

  /**
   * Trains in place as the recipe says, interruptible.
   *
   * @param network the network, initialised, or with the weights of {@code from}
   * @param images what to learn from, and to evaluate on
   * @param from what an earlier attempt kept last; null to begin
   * @param progress told about the steps
   * @param listener told about each epoch as it ends
   * @param keeper offered the state after each epoch; it costs a copy only when it is taken
   * @throws LabException when the loss is no longer finite
   */
  static Outcome train(
      Network network,
      Recipe recipe,
      Images images,
      Checkpoint from,
      Progress progress,
      Consumer<EpochRecord> listener,
      Consumer<Supplier<Checkpoint>> keeper) {
    return new TrainingRun(Phase.of(recipe), BetweenSteps.NOTHING, progress, listener)
        .train(network, images, from, keeper);
  }

  /**
   * Trains in place.
   *
   * @param network the network, initialised or trained already
   * @param phase how
   * @param between what else happens to it
   * @param images what to learn from, and to evaluate on
   * @param progress told about the steps
   * @param listener told about each epoch as it ends
   * @throws LabException when the loss is no longer finite
   */
  public static Outcome train(
      Network network,
      Phase phase,
      BetweenSteps between,
      Images images,
      Progress progress,
      Consumer<EpochRecord> listener) {
    return new TrainingRun(phase, between, progress, listener)
        .train(network, images, null, checkpoint -> {});
  }

  private Outcome train(
      Network network, Images images, Checkpoint from, Consumer<Supplier<Checkpoint>> keeper) {
    Samples train = images.train;
    Backend backend = network.backend();
    int batch = Math.min(phase.batchSize, train.count());
    int steps = (train.count() + batch - 1) / batch;
    long total = (long) steps * phase.epochs;
    BatchOrder order = new BatchOrder(phase.seed, train.count());
    List<EpochRecord> history = new ArrayList<>();
    double before = 0;
    if (from != null) {
      history.addAll(from.history());
      clock.resume(from.stepSeconds());
      before = from.seconds();
    }
    long begin = System.nanoTime();
    try (Training training = new Training(network, phase.adam, batch);
        Totals totals = new Totals(backend, steps);
        ExecutionPlan plan = ExecutionPlan.dense(network)) {
      if (from != null) {
        training.restore(from.optimizer());
      }
      between.at(training, training.steps(), total);
      for (int epoch = history.size() + 1; epoch <= phase.epochs; epoch++) {
        progress.start("epoch " + epoch + "/" + phase.epochs, steps);
        long start = System.nanoTime();
        train.order(order.epoch(epoch - 1));
        clock.begin();
        for (int step = 0; step < steps; step++) {
          int first = step * batch;
          training.step(train, first, Math.min(batch, train.count() - first), totals, step);
          between.at(training, training.steps(), total);
          if (training.steps() == 1) {
            backend.finish();
            LOG.debug("the first training step is done");
          }
          if ((step + 1) % StepClock.BLOCK == 0) {
            backend.finish();
            clock.blockDone();
            Totals.Sum sum = totals.sum(0, step + 1);
            checkFinite(sum.loss(), epoch, step + 1);
            int seen = Math.min((step + 1) * batch, train.count());
            progress.update(step + 1L, note(sum, seen));
          }
        }
        Totals.Sum sum = totals.sum(0, steps);
        checkFinite(sum.loss(), epoch, steps);
        progress.update(steps, note(sum, train.count()));
        Evaluator.Score score = Evaluator.evaluate(plan, images.test);
        // A step's loss is measured before its update: only this one sees what the last step did.
        checkFinite(score.loss(), epoch, steps);
        Evaluator.Score held =
            images.validation == null ? null : Evaluator.evaluate(plan, images.validation);
        progress.close();
        EpochRecord record =
            new EpochRecord(
                epoch,
                sum.loss() / train.count(),
                (double) sum.correct() / train.count(),
                score.loss(),
                score.accuracy(),
                held == null ? null : held.loss(),
                held == null ? null : held.accuracy(),
                (System.nanoTime() - start) / 1e9,
                Instant.now());
        history.add(record);
        listener.accept(record);
        boolean last = epoch == phase.epochs;
        keeper.accept(
            () ->
                new Checkpoint(
                    network.read(), last ? null : training.state(), history, clock.seconds()));
      }
    } finally {
      progress.close();
    }
    double seconds = before + (System.nanoTime() - begin) / 1e9;
    return new Outcome(List.copyOf(history), seconds, clock.median());
  }

  private static void checkFinite(double loss, int epoch, int step) {
    if (!Double.isFinite(loss)) {
      throw LabException.always(
          "Training diverged: the loss is not finite by step " + step + " of epoch " + epoch + ".",
          "Lower --learning-rate (--fine-tune-learning-rate under masks), or choose another"
              + " --seed.");
    }
  }

  private static String note(Totals.Sum sum, int seen) {
    return String.format(
        Locale.ROOT, "loss %.4f accuracy %.4f", sum.loss() / seen, (double) sum.correct() / seen);
  }

  private static Adam.Settings settings(Recipe.Optimizer optimizer) {
    return new Adam.Settings(
        Adam.Form.valueOf(optimizer.form().toUpperCase(Locale.ROOT)),
        optimizer.learningRate(),
        optimizer.beta1(),
        optimizer.beta2(),
        optimizer.epsilon(),
        optimizer.weightDecay());
  }
}
