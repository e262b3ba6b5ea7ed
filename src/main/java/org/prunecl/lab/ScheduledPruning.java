package org.prunecl.lab;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.prunecl.Progress;
import org.prunecl.data.Dataset;
import org.prunecl.data.Normalization;
import org.prunecl.nn.LayerMasks;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Moments;
import org.prunecl.nn.Network;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Samples;
import org.prunecl.prune.Calibration;
import org.prunecl.prune.Pruning;
import org.prunecl.prune.Schedule;

/**
 * Prunes networks as a recipe's schedule says, training them under masks where it does. Each
 * pruning is a function of the networks that it starts from: the same again gives the same. Owns
 * its images on the device, not the test images.
 */
public final class ScheduledPruning implements AutoCloseable {
  private final Recipe recipe;
  private final Dataset dataset;
  private final Backend backend;
  private final Samples test;
  private final Progress progress;
  private final Scope scope = new Scope();

  /** Uploaded when they are needed first. */
  private TrainingRun.Images images;

  private Calibration calibration;

  /**
   * The networks that prunings start from.
   *
   * @param initial before training; null when it isn't known
   * @param early at the end of the schedule's {@code rewind_epoch}; null when it isn't known
   * @param trained after training
   */
  public record Origin(
      List<LayerParameters> initial, List<LayerParameters> early, List<LayerParameters> trained) {
    /** A network that came trained. */
    public static Origin trained(List<LayerParameters> layers) {
      return new Origin(null, null, layers);
    }
  }

  /**
   * Masks that were made, and the log of it.
   *
   * @param update at step 0
   */
  public record Masking(HostMasks masks, MaskUpdate update) {}

  /**
   * A training under masks.
   *
   * @param layers the network afterwards, zeros in place of what is pruned
   * @param outcome what it left beside that
   */
  public record Retrained(List<LayerParameters> layers, TrainingRun.Outcome outcome) {}

  /**
   * A pruned network.
   *
   * @param layers its parameters, zeros in place of what is pruned
   * @param history one record for each epoch under masks, of all rounds, numbered from 1
   * @param updates the masks that were made, steps counted from the first one under masks
   */
  public record Pruned(
      List<LayerParameters> layers, List<EpochRecord> history, List<MaskUpdate> updates) {}

  /**
   * Of one network and its dataset.
   *
   * @param recipe with a single seed
   * @param dataset its training images
   * @param test evaluated after each epoch
   */
  public ScheduledPruning(
      Recipe recipe, Dataset dataset, Backend backend, Samples test, Progress progress) {
    this.recipe = recipe;
    this.dataset = dataset;
    this.backend = backend;
    this.test = test;
    this.progress = progress;
  }

  /** The training under masks, once, or in each round; without any epoch where there is none. */
  public static TrainingRun.Phase phase(Recipe recipe) {
    Schedule schedule = recipe.prune().schedule().schedule();
    TrainingRun.Phase own = TrainingRun.Phase.of(recipe);
    if (schedule.kind() == Schedule.Kind.AT_INIT) {
      return own;
    }
    return switch (schedule.rewind()) {
      case NONE -> TrainingRun.Phase.fineTuning(recipe);
      case INITIAL, REINITIALIZE -> own;
      case EPOCH -> own.withEpochs(Math.max(0, recipe.epochs() - schedule.rewindEpoch()));
    };
  }

  /** Epochs under masks, of all rounds. */
  public static int epochs(Recipe recipe) {
    Schedule schedule = recipe.prune().schedule().schedule();
    int rounds = schedule.kind() == Schedule.Kind.ITERATIVE ? schedule.rounds() : 1;
    return rounds * phase(recipe).epochs();
  }

  /**
   * Prunes the network by one of the recipe's methods to one of its sparsities.
   *
   * @param from has the networks that the schedule starts from
   * @param listener told about each epoch under masks as it ends
   */
  public Pruned run(String method, double sparsity, Origin from, Consumer<EpochRecord> listener) {
    GradualPruning.Spec spec = GradualPruning.Spec.of(recipe, method, sparsity);
    return switch (spec.schedule().kind()) {
      case ONE_SHOT -> once(spec.pruning(), from.trained, listener);
      case AT_INIT -> once(spec.pruning(), from.initial, listener);
      case CONSTANT, POLYNOMIAL -> gradually(spec, from.trained, listener);
      case ITERATIVE -> inRounds(spec, from, listener);
    };
  }

  private Pruned once(Pruning pruning, List<LayerParameters> from, Consumer<EpochRecord> listener) {
    Masking masking = masks(from, pruning, null);
    Retrained retrained = train(from, masking.masks, phase(recipe), listener);
    return new Pruned(retrained.layers, retrained.outcome.history(), List.of(masking.update));
  }

  private Pruned gradually(
      GradualPruning.Spec spec, List<LayerParameters> from, Consumer<EpochRecord> listener) {
    List<MaskUpdate> updates = new ArrayList<>();
    try (Network network = Network.of(backend, from)) {
      GradualPruning pruning =
          new GradualPruning(network, spec, calibration(spec.pruning()), updates::add);
      TrainingRun.Outcome outcome =
          TrainingRun.train(network, phase(recipe), pruning, images(), progress, listener);
      return new Pruned(network.read(), outcome.history(), List.copyOf(updates));
    }
  }

  private Pruned inRounds(GradualPruning.Spec spec, Origin from, Consumer<EpochRecord> listener) {
    TrainingRun.Phase phase = phase(recipe);
    List<EpochRecord> history = new ArrayList<>();
    List<MaskUpdate> updates = new ArrayList<>();
    List<LayerParameters> layers = from.trained;
    HostMasks masks = null;
    for (int round = 1; round <= spec.schedule().rounds(); round++) {
      Masking masking = masks(layers, spec.pruning().after(spec.schedule(), round), masks);
      masks = masking.masks;
      long steps = (round - 1) * phase.steps(dataset.train().count());
      updates.add(masking.update.after(steps));
      int epochs = history.size();
      Retrained retrained =
          train(
              rewound(spec.schedule(), from, layers, round),
              masks,
              phase,
              epoch -> {
                history.add(epoch.after(epochs));
                listener.accept(epoch.after(epochs));
              });
      layers = retrained.layers;
    }
    return new Pruned(layers, List.copyOf(history), List.copyOf(updates));
  }

  private List<LayerParameters> rewound(
      Schedule schedule, Origin from, List<LayerParameters> now, int round) {
    return switch (schedule.rewind()) {
      case NONE -> now;
      case INITIAL -> from.initial;
      case EPOCH -> from.early;
      case REINITIALIZE -> reinitialized(round);
    };
  }

  /**
   * The network with random weights that are neither its initial ones nor those of another round or
   * of one of the next seeds.
   *
   * @param round from 1
   */
  public List<LayerParameters> reinitialized(int round) {
    SplittableRandom random = new SplittableRandom(recipe.seed());
    long seed = random.nextLong();
    for (int i = 1; i < round; i++) {
      seed = random.nextLong();
    }
    return TrainingRun.initialize(recipe.withSeed(seed), dataset.train(), dataset.classes());
  }

  /**
   * Chooses what is kept of a network, which stays as it is.
   *
   * @param previous what is pruned already: it stays pruned, and counts; null for nothing
   */
  public Masking masks(List<LayerParameters> layers, Pruning pruning, HostMasks previous) {
    try (Network network = Network.of(backend, layers)) {
      List<LayerMasks> before = previous == null ? List.of() : previous.upload(network);
      try {
        List<LayerMasks> now =
            pruning.masks(network, calibration(pruning), previous == null ? null : before);
        try {
          HostMasks masks = HostMasks.read(now);
          return new Masking(masks, update(layers, pruning, masks));
        } finally {
          LayerMasks.close(now);
        }
      } finally {
        LayerMasks.close(before);
      }
    }
  }

  private static MaskUpdate update(List<LayerParameters> layers, Pruning pruning, HostMasks masks) {
    List<MaskUpdate.Layer> logged = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      if (masks.layers().get(i) != null) {
        LayerParameters layer = layers.get(i);
        logged.add(
            MaskUpdate.Layer.of(layer.name(), layer.weights(), masks.layers().get(i).weights()));
      }
    }
    return new MaskUpdate(0, pruning.sparsity(), logged, Instant.now());
  }

  /**
   * Trains a network under masks that stay, Adam's moments beginning at zero.
   *
   * @param start the weights before; what is pruned becomes 0
   * @param masks of such a network
   * @param phase how; without any epoch the masks are only applied
   * @param listener told about each epoch as it ends
   */
  public Retrained train(
      List<LayerParameters> start,
      HostMasks masks,
      TrainingRun.Phase phase,
      Consumer<EpochRecord> listener) {
    try (Network network = Network.of(backend, start)) {
      if (phase.epochs() == 0) {
        List<LayerMasks> uploaded = masks.upload(network);
        try {
          LayerMasks.apply(uploaded, network);
          return new Retrained(network.read(), new TrainingRun.Outcome(List.of(), 0, null));
        } finally {
          LayerMasks.close(uploaded);
        }
      }
      TrainingRun.BetweenSteps between =
          (training, taken, last) -> {
            if (taken == 0) {
              List<LayerMasks> uploaded = masks.upload(network);
              training.masks(uploaded, Moments.KEEP, false);
            }
          };
      TrainingRun.Outcome outcome =
          TrainingRun.train(network, phase, between, images(), progress, listener);
      return new Retrained(network.read(), outcome);
    }
  }

  private TrainingRun.Images images() {
    if (images == null) {
      images = DeviceData.images(backend, dataset, test, normalization(), scope);
    }
    return images;
  }

  private Calibration calibration(Pruning pruning) {
    if (calibration == null && pruning.needsGradients()) {
      calibration = DeviceData.calibration(backend, dataset.train(), normalization(), scope);
    }
    return calibration;
  }

  private Normalization normalization() {
    return Normalization.parse(recipe.normalize());
  }

  @Override
  public void close() {
    scope.close();
  }
}
