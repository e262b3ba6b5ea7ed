package org.prunecl.lab;

import java.util.List;
import org.prunecl.data.Dataset;
import org.prunecl.nn.LayerParameters;
import org.prunecl.prune.Pruning;
import org.prunecl.prune.Schedule;

/** What a schedule asks of a recipe and of a run, so that nothing is trained in vain. */
final class ScheduleRules {
  private final Recipe recipe;
  private final Schedule schedule;

  private ScheduleRules(Recipe recipe) {
    this.recipe = recipe;
    this.schedule = recipe.prune().schedule().schedule();
  }

  /**
   * Checks that a recipe's prunings can be run on a network.
   *
   * @param dataset with as many training images as are learnt from
   * @param layers the network's
   * @param trained whether they come trained, and nothing is known of them before
   * @throws org.prunecl.prune.PruneException when a layer named isn't there, for instance
   * @throws LabException when the schedule doesn't go with the recipe or the run
   */
  static void check(Recipe recipe, Dataset dataset, List<LayerParameters> layers, boolean trained) {
    List<String> names = layers.stream().map(LayerParameters::name).toList();
    List<Pruning> prunings = recipe.prune().prunings(recipe.seed());
    prunings.forEach(pruning -> pruning.check(names));
    if (recipe.prune().controlled()) {
      recipe
          .prune()
          .sparsities()
          .forEach(sparsity -> SmallDense.counterpart(recipe.prune(), sparsity).check(names));
    }
    ScheduleRules rules = new ScheduleRules(recipe);
    prunings.forEach(pruning -> rules.checkGrows(pruning, names));
    rules.checkTraining();
    rules.checkSteps(dataset);
    if (trained) {
      rules.checkTrained();
    }
  }

  /** Else the network would end at the first sparsity, not at the one asked for. */
  private void checkGrows(Pruning pruning, List<String> names) {
    if (schedule.kind() != Schedule.Kind.POLYNOMIAL || recipe.prune().revive()) {
      return;
    }
    for (int layer : pruning.prunable(names)) {
      double share = pruning.share(names.get(layer));
      refuseUnless(
          schedule.initial() <= share,
          "What is pruned stays pruned: from sparsity "
              + schedule.initial()
              + " no schedule gets to "
              + share
              + ".",
          "Lower --initial-sparsity, or let pruned weights come back with --revive.");
    }
  }

  private void checkTraining() {
    int epochs = recipe.prune().fineTune().epochs();
    boolean rewinds = schedule.rewind() != Schedule.Rewind.NONE;
    String kind = "Schedule " + schedule.kind().label();
    if (schedule.kind() == Schedule.Kind.AT_INIT || rewinds) {
      refuseUnless(
          epochs == 0,
          (rewinds ? kind + " with rewinding" : kind)
              + " trains under masks by the recipe's own epochs, without fine-tuning.",
          "Set prune.fine_tune.epochs to 0.");
    } else if (schedule.kind() != Schedule.Kind.ONE_SHOT) {
      refuseUnless(
          epochs > 0,
          kind + " prunes while fine-tuning, and there is none.",
          "Set prune.fine_tune.epochs, with --fine-tune-epochs for instance.");
    }
    refuseUnless(
        schedule.rewind() != Schedule.Rewind.EPOCH || schedule.rewindEpoch() < recipe.epochs(),
        "From the end of epoch "
            + schedule.rewindEpoch()
            + " there is nothing to train: the recipe has "
            + recipe.epochs()
            + " epochs.",
        "Set prune.schedule.rewind_epoch to an earlier one.");
  }

  private void checkSteps(Dataset dataset) {
    if (schedule.kind() == Schedule.Kind.CONSTANT || schedule.kind() == Schedule.Kind.POLYNOMIAL) {
      long steps = ScheduledPruning.phase(recipe).steps(dataset.train().count());
      long last = schedule.end() == null ? schedule.begin() : schedule.end();
      refuseUnless(
          last <= steps,
          "The schedule goes on to step " + last + ", but fine-tuning ends at step " + steps + ".",
          "Give an earlier step, or more epochs of fine-tuning.");
    }
  }

  private void checkTrained() {
    boolean rewinds =
        schedule.rewind() == Schedule.Rewind.INITIAL || schedule.rewind() == Schedule.Rewind.EPOCH;
    refuseUnless(
        schedule.kind() != Schedule.Kind.AT_INIT && !rewinds,
        "Of a network that comes trained the weights before are not known.",
        "Let it be trained: leave --model out; or choose another schedule.");
  }

  private static void refuseUnless(boolean holds, String cause, String remedy) {
    if (!holds) {
      throw LabException.input(cause, remedy);
    }
  }
}
