package org.prunecl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.prunecl.lab.Recipe;
import org.prunecl.lab.Recipes;
import picocli.CommandLine;

final class ScheduleOptionsTest {
  private static Recipe.Prune prune(String... arguments) {
    ScheduleOptions schedule = new ScheduleOptions();
    new CommandLine(schedule).parseArgs(arguments);
    ObjectNode options = Recipes.options();
    schedule.lay(options.putObject("prune"));
    return Recipes.resolve("quick", options).prune();
  }

  @Test
  void every_option_reaches_its_field_of_the_recipe() {
    Recipe.Prune gradual =
        prune(
            ("--schedule polynomial --initial-sparsity 0.25 --power 1.5 --begin-step 7"
                    + " --end-step 70 --frequency 9 --moments zero --revive --fine-tune-epochs 2"
                    + " --fine-tune-batch-size 64 --fine-tune-learning-rate 0.0003")
                .split(" "));
    assertThat(gradual.schedule().kind()).isEqualTo("polynomial");
    assertThat(gradual.schedule().initial()).isEqualTo(0.25);
    assertThat(gradual.schedule().power()).isEqualTo(1.5);
    assertThat(gradual.schedule().begin()).isEqualTo(7);
    assertThat(gradual.schedule().end()).isEqualTo(70);
    assertThat(gradual.schedule().frequency()).isEqualTo(9);
    assertThat(gradual.moments()).isEqualTo("zero");
    assertThat(gradual.revive()).isTrue();
    assertThat(gradual.fineTune()).isEqualTo(new Recipe.FineTune(2, 64, 0.0003));

    Recipe.Prune rounds =
        prune("--schedule iterative --rounds 4 --rewind epoch --rewind-epoch 2".split(" "));
    assertThat(rounds.schedule().kind()).isEqualTo("iterative");
    assertThat(rounds.schedule().rounds()).isEqualTo(4);
    assertThat(rounds.schedule().rewind()).isEqualTo("epoch");
    assertThat(rounds.schedule().rewindEpoch()).isEqualTo(2);
  }

  @Test
  void options_that_are_not_given_leave_the_recipe_as_it_is() {
    assertThat(prune()).isEqualTo(Recipes.resolve("quick", Recipes.options()).prune());
  }
}
