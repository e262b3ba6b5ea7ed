package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.prunecl.prune.PruneException;

/**
 * 300 images at batch 100: three steps an epoch, of two epochs and, where it is tuned, two more.
 */
final class ScheduleRulesTest {
  private final ObjectNode options = Recipes.options().put("batch_size", 100).put("epochs", 2);
  private final ObjectNode prune = options.putObject("prune");
  private final ObjectNode schedule = prune.putObject("schedule");

  private void check(boolean trained) {
    options.putArray("hidden").add(5);
    Recipe recipe = Recipes.resolve(Recipes.DEFAULT, options);
    ScheduleRules.check(recipe, Fixture.IMAGES, Fixture.initial(recipe, Fixture.IMAGES), trained);
  }

  private void tune(int epochs) {
    prune.putObject("fine_tune").put("epochs", epochs);
  }

  private void runs(boolean trained) {
    assertThatCode(() -> check(trained)).doesNotThrowAnyException();
  }

  private void isRefused(boolean trained, String why) {
    assertThatThrownBy(() -> check(trained))
        .isInstanceOf(LabException.class)
        .hasMessageContaining(why);
  }

  @Test
  void schedules_that_prune_while_fine_tuning_need_epochs_of_it() {
    for (String kind : new String[] {"constant", "polynomial", "iterative"}) {
      schedule.put("kind", kind);
      tune(0);
      isRefused(false, kind);
      tune(1);
      runs(false);
      runs(true);
    }
  }

  @Test
  void schedules_that_train_the_recipes_own_epochs_take_no_fine_tuning() {
    tune(1);
    schedule.put("kind", "at_init");
    isRefused(false, "at_init");
    schedule.put("kind", "iterative").put("rewind", "initial");
    isRefused(false, "rewinding");
    tune(0);
    runs(false);
  }

  @Test
  void pruning_once_goes_with_and_without_fine_tuning() {
    runs(true);
    tune(2);
    runs(true);
  }

  @Test
  void the_last_step_of_a_schedule_is_one_of_fine_tuning() {
    tune(2);
    schedule.put("kind", "constant").put("begin", 6);
    runs(false);
    schedule.put("begin", 7);
    isRefused(false, "ends at step 6");
    schedule.put("begin", 0).put("end", 6);
    runs(false);
    schedule.put("end", 7);
    isRefused(false, "ends at step 6");
  }

  @Test
  void an_epoch_that_is_rewound_to_is_not_the_last_one() {
    schedule.put("kind", "iterative").put("rewind", "epoch").put("rewind_epoch", 1);
    runs(false);
    schedule.put("rewind_epoch", 2);
    isRefused(false, "2 epochs");
  }

  @Test
  void of_a_network_that_comes_trained_earlier_weights_are_not_known() {
    schedule.put("kind", "at_init");
    isRefused(true, "not known");
    schedule.put("kind", "iterative");
    for (String rewind : new String[] {"initial", "epoch"}) {
      schedule.put("rewind", rewind);
      isRefused(true, "not known");
    }
    schedule.put("rewind", "reinitialize");
    runs(true);
  }

  @Test
  void layers_that_are_not_there_are_named() {
    prune.putArray("exclude").add("fc9");
    assertThatThrownBy(() -> check(false))
        .isInstanceOf(PruneException.class)
        .hasMessageContaining("fc9");
  }

  @Test
  void a_schedule_that_begins_above_its_end_is_refused_unless_weights_revive() {
    prune.putArray("methods").add("weight");
    prune.putArray("sparsities").add(0.9).add(0.4);
    schedule.put("kind", "polynomial").put("initial", 0.5);
    tune(1);
    isRefused(false, "from sparsity 0.5 no schedule gets to 0.4");
    prune.put("revive", true);
    runs(false);
    prune.put("revive", false);
    schedule.put("initial", 0.4);
    runs(false);
  }

  @Test
  void a_schedule_that_begins_above_the_fraction_of_a_layer_is_refused() {
    prune.putArray("methods").add("weight");
    prune.putArray("sparsities").add(0.9);
    prune.putObject("fractions").put("fc1", 0.25);
    schedule.put("kind", "polynomial").put("initial", 0.5);
    tune(1);
    isRefused(false, "gets to 0.25");
  }

  @Test
  void layers_that_are_not_there_are_named_for_small_dense_networks_alone_too() {
    prune.putArray("methods").add(SmallDense.METHOD);
    prune.putArray("exclude").add("fc9");
    assertThatThrownBy(() -> check(false))
        .isInstanceOf(PruneException.class)
        .hasMessageContaining("fc9");
  }
}
