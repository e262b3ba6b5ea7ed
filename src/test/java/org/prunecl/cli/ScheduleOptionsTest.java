package org.prunecl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.prunecl.lab.Recipe;
import org.prunecl.lab.Recipes;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class ScheduleOptionsTest {
  @Command
  private static final class Verb {
    @Mixin private ScheduleOptions options;
  }

  private static Recipe.Prune given(String... args) {
    Verb verb = new Verb();
    new CommandLine(verb).parseArgs(args);
    ObjectNode recipe = Recipes.options();
    verb.options.lay(recipe.putObject("prune"));
    return Recipes.resolve("tfmot-conv", recipe).prune();
  }

  @Test
  void each_option_wins_over_the_recipe() {
    Recipe.Prune prune =
        given(
            "--schedule=iterative",
            "--initial-sparsity=0.25",
            "--power=2",
            "--begin-step=7",
            "--end-step=900",
            "--frequency=10",
            "--rounds=4",
            "--rewind=epoch",
            "--rewind-epoch=2",
            "--moments=zero",
            "--no-revive",
            "--fine-tune-epochs=3",
            "--fine-tune-batch-size=64",
            "--fine-tune-learning-rate=0.01");
    assertThat(prune.schedule())
        .isEqualTo(new Recipe.Schedule("iterative", 0.25, 2, 7, 900L, 10, 4, "epoch", 2));
    assertThat(prune.fineTune()).isEqualTo(new Recipe.FineTune(3, 64, 0.01));
    assertThat(prune.moments()).isEqualTo("zero");
    assertThat(prune.revive()).isFalse();
  }

  @Test
  void what_is_not_given_is_as_in_the_recipe() {
    assertThat(given()).isEqualTo(Recipes.resolve("tfmot-conv", Recipes.options()).prune());
  }
}
