package org.prunecl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class TrainCommandTest {
  private static TrainCommand given(String... args) {
    TrainCommand command = new TrainCommand();
    new CommandLine(command).parseArgs(args);
    return command;
  }

  /** What a start says on standard error. */
  private static String said(String... args) {
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      RunCommand.Start start = given(args).start();
      assertThat(start.recipe().name()).isEqualTo("quick");
    } finally {
      System.setErr(before);
    }
    return said.toString(StandardCharsets.UTF_8);
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
  void it_warns_of_options_of_pruning_where_nothing_is_pruned(String option) {
    assertThat(said("--schedule=one_shot", option))
        .containsOnlyOnce("warning: ")
        .contains(option.substring(0, option.indexOf('=')) + " has no effect");
  }

  @Test
  void it_does_not_where_a_schedule_prunes_in_training_or_nothing_was_said_of_it() {
    assertThat(said("--schedule=at_init", "--methods=unit")).isEmpty();
    assertThat(said("--schedule=one_shot", "--epochs=2")).isEmpty();
  }
}
