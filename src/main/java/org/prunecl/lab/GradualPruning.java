package org.prunecl.lab;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.prunecl.nn.LayerMasks;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Moments;
import org.prunecl.nn.Network;
import org.prunecl.nn.Training;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Mask;
import org.prunecl.prune.Calibration;
import org.prunecl.prune.Pruning;
import org.prunecl.prune.Schedule;

/**
 * Prunes a network between its training steps, as a schedule says. The masks of step t are made
 * when t steps have been taken, of the weights as they are then, and hold from step t + 1 on, as in
 * TensorFlow Model Optimization; an open end of the schedule is the moment after the last step.
 */
public final class GradualPruning implements TrainingRun.BetweenSteps {
  private final Network network;
  private final Spec spec;
  private final Calibration calibration;
  private final Consumer<MaskUpdate> listener;

  /** Those that hold now, or null; owned by the training. */
  private List<LayerMasks> masks;

  /**
   * What is pruned, and when.
   *
   * @param pruning how, with the sparsity that the schedule ends at
   * @param schedule when and how much
   * @param moments what becomes of Adam's moments with new masks
   * @param revive whether pruned weights can come back: the step before new masks updates them too,
   *     and the masks are made of what they became; else each mask prunes all that the one before
   *     pruned
   */
  public record Spec(Pruning pruning, Schedule schedule, Moments moments, boolean revive) {
    /**
     * One of a recipe's prunings.
     *
     * @param method one of its methods
     * @param sparsity one of its sparsities
     * @throws org.prunecl.prune.PruneException when they don't go together
     */
    public static Spec of(Recipe recipe, String method, double sparsity) {
      Recipe.Prune prune = recipe.prune();
      return new Spec(
          prune.pruning(method, sparsity, recipe.seed()),
          prune.schedule().schedule(),
          Moments.valueOf(prune.moments().toUpperCase(Locale.ROOT)),
          prune.revive());
    }
  }

  /**
   * Of one training of this network.
   *
   * @param calibration samples for criteria that need gradients, else null
   * @param listener told about each update of the masks
   */
  public GradualPruning(
      Network network, Spec spec, Calibration calibration, Consumer<MaskUpdate> listener) {
    this.network = network;
    this.spec = spec;
    this.calibration = calibration;
    this.listener = listener;
  }

  /** Builds the kernels that this needs beside those of training and of criteria's gradients. */
  public static void prepare(Backend backend) {
    Training.prepareMasked(backend);
    Pruning.prepare(backend);
  }

  /** Device memory that this takes beside training and samples at most, bytes. */
  public static long bytes(Pruning pruning, List<LayerParameters> layers, int calibration) {
    long masks = 0;
    for (LayerParameters layer : layers) {
      masks += Mask.bytes(layer.outputs(), layer.inputs()) + Mask.bytes(layer.outputs(), 1);
    }
    // Those that hold, while new ones are made.
    return masks + pruning.bytes(layers, calibration);
  }

  @Override
  public void at(Training training, long taken, long last) {
    Schedule schedule = spec.schedule.of(last);
    if (schedule.updatesAt(taken)) {
      update(training, spec.pruning.at(schedule, taken), taken);
    }
    if (spec.revive && taken < last && schedule.updatesAt(taken + 1)) {
      training.freeNextStep();
    }
  }

  private void update(Training training, Pruning pruning, long taken) {
    List<LayerMasks> wanted = pruning.masks(network, calibration, spec.revive ? null : masks);
    List<float[]> before = new ArrayList<>();
    try {
      for (int i = 0; i < wanted.size(); i++) {
        before.add(wanted.get(i) == null ? null : network.layers().get(i).weights().read());
      }
      training.masks(wanted, spec.moments, spec.revive);
    } catch (RuntimeException e) {
      LayerMasks.close(wanted);
      throw e;
    }
    masks = wanted;
    List<MaskUpdate.Layer> layers = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      if (wanted.get(i) != null) {
        layers.add(
            MaskUpdate.Layer.of(
                network.layers().get(i).name(), before.get(i), wanted.get(i).weights().read()));
      }
    }
    listener.accept(new MaskUpdate(taken, pruning.sparsity(), layers, Instant.now()));
  }
}
