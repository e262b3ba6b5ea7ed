package org.prunecl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.PruneClException.Kind;
import org.prunecl.lab.LabException;
import picocli.CommandLine;

final class TrainCommandTest {
  private static TrainCommand given(String... args) {
    TrainCommand command = new TrainCommand();
    new CommandLine(command).parseArgs(args);
    return command;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--methods=unit",
        "--sparsities=0.5",
        "--scope=global",
        "--fine-tune-epochs=3",
        "--moments=zero"
      })
  void options_of_pruning_are_refused_where_nothing_is_pruned(String option) {
    TrainCommand train = given("--schedule=one_shot", option);
    assertThatThrownBy(train::start)
        .isInstanceOfSatisfying(LabException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INPUT))
        .hasMessageContaining(option.substring(0, option.indexOf('=')));
  }

  @Test
  void they_are_taken_where_a_schedule_prunes_in_training() {
    RunCommand.Start start = given("--schedule=at_init", "--methods=unit").start();
    assertThat(start.recipe().prune().methods()).containsExactly("unit");
    assertThat(given("--schedule=one_shot", "--epochs=2").start().recipe().epochs()).isEqualTo(2);
  }
}
