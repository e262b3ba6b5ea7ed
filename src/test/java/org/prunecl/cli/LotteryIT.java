package org.prunecl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A lottery ticket experiment as a user runs it, and what it leaves. */
@TestInstance(Lifecycle.PER_CLASS)
final class LotteryIT {
  @TempDir private static Path folder;
  private Program.Outcome outcome;
  private JsonNode results;

  private static String[] arguments(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("lottery", "--data", Program.fashion(), "--hidden", "20"));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  @BeforeAll
  void run() throws IOException {
    outcome =
        Program.in(folder)
            .run(arguments("--epochs", "2", "--seeds", "2", "--rounds", "2", "--out", "run"))
            .succeeds();
    results = Program.json(folder.resolve("run/lottery.json"));
  }

  @Test
  void the_report_has_a_row_per_round_and_an_answer() {
    assertThat(outcome.out())
        .contains("20.0 % of what is left", "initial weights; 2 seeds", "weights left", "+-")
        .containsPattern("\n +2 +64\\.2 ")
        .contains("winning tickets are");
    // (784 * 20 * 0.64 + 20 * 10 * 0.81) of 784 * 20 + 20 * 10.
    assertThat(outcome.err())
        .contains("Training: seed 1, unpruned", "seed 2, round 2, 64.2 % of the weights, rewound");
  }

  @Test
  void the_folder_has_what_other_runs_leave_and_the_chart() throws IOException {
    for (String name :
        List.of(
            "recipe.yaml",
            "run.json",
            "history.csv",
            "samples.png",
            "model.safetensors",
            "ticket.safetensors",
            "lottery.svg")) {
      assertThat(folder.resolve("run").resolve(name)).isNotEmptyFile();
    }
    assertThat(ImageIO.read(folder.resolve("run/lottery.png").toFile()).getWidth()).isEqualTo(1600);
    assertThat(Files.readAllLines(folder.resolve("run/lottery.csv"))).hasSize(1 + 2 * 5);
    assertThat(folder.resolve("run/unfinished")).doesNotExist();
  }

  @Test
  void means_and_deviations_follow_from_the_trials() {
    assertThat(results.get("summary")).hasSize(3);
    assertThat(results.get("trials")).hasSize(10);
    for (JsonNode summary : results.get("summary")) {
      int round = summary.get("round").intValue();
      check(summary.get("ticket"), accuracies(round, round == 0 ? "unpruned" : "ticket"));
      check(
          summary.get("reinitialized"),
          accuracies(round, round == 0 ? "unpruned" : "reinitialized"));
    }
  }

  private List<Double> accuracies(int round, String network) {
    List<Double> accuracies = new ArrayList<>();
    for (JsonNode trial : results.get("trials")) {
      if (trial.get("round").intValue() == round
          && trial.get("network").textValue().equals(network)) {
        accuracies.add(trial.get("accuracy").doubleValue());
      }
    }
    return accuracies;
  }

  private static void check(JsonNode spread, List<Double> values) {
    assertThat(values).hasSize(2);
    double one = values.get(0);
    double other = values.get(1);
    assertThat(spread.get("mean").doubleValue()).isCloseTo((one + other) / 2, within(1e-12));
    assertThat(spread.get("std").doubleValue())
        .isCloseTo(Math.abs(one - other) / Math.sqrt(2), within(1e-12));
  }

  @Test
  void the_models_have_the_accuracies_of_the_first_seed() {
    for (String[] model : new String[][] {{"model", "0"}, {"ticket", "3"}}) {
      JsonNode evaluation =
          Program.in(folder)
              .run(
                  "eval",
                  "--json",
                  "--data",
                  Program.fashion(),
                  "--model",
                  "run/" + model[0] + ".safetensors")
              .succeeds()
              .json();
      assertThat(evaluation.get("accuracy"))
          .isEqualTo(results.get("trials").get(Integer.parseInt(model[1])).get("accuracy"));
    }
  }

  @Test
  void a_run_that_is_over_is_reported_again_and_one_from_its_recipe_is_the_same()
      throws IOException {
    Program.Outcome again = Program.in(folder).run("lottery", "--resume", "run").succeeds();
    assertThat(again.out()).isEqualTo(outcome.out());
    Program.in(folder)
        .run("lottery", "--resume", "run", "--rounds", "3")
        .fails(ExitCode.INPUT, "rounds");
    JsonNode repeated =
        Program.in(folder)
            .run("lottery", "--recipe", "run/recipe.yaml", "--json", "--out", "second")
            .succeeds()
            .json();
    assertThat(repeated.get("summary")).isEqualTo(results.get("summary"));
    assertThat(repeated.get("recipe")).isEqualTo(results.get("recipe"));
  }

  @Test
  void a_run_that_was_killed_is_taken_up_again() throws IOException {
    String[] whole =
        arguments("--epochs", "2", "--seeds", "2", "--rounds", "2", "--force", "--out", "killed");
    boolean over = false;
    // Until it has got so far that there is something to go on from.
    for (long wait = 2_000; !over && !begun(); wait *= 2) {
      over = Program.in(folder).killedAfter(wait, whole);
    }
    Program.in(folder).run("lottery", "--resume", "killed").succeeds();
    JsonNode resumed = Program.json(folder.resolve("killed/lottery.json"));
    assertThat(resumed.get("summary")).isEqualTo(results.get("summary"));
    assertThat(folder.resolve("killed/unfinished")).doesNotExist();
  }

  private static boolean begun() {
    return Files.exists(folder.resolve("killed/unfinished/run.json"));
  }

  @ParameterizedTest
  @CsvSource({
    "--rate,1,share",
    "--rounds,0,rounds",
    "--rewind,none,none",
    "--rewind,reinitialize,reinitialize",
    "--rewind-epoch,3,epoch 3",
    "--method,4:2,4:2",
    "--method,2:4,2:4",
    "--epochs,0,lottery",
    "--resume,nowhere,nowhere"
  })
  void bad_input_is_refused(String option, String value, String why) {
    List<String> more = new ArrayList<>(List.of(option, value));
    if (option.equals("--rewind-epoch")) {
      more.addAll(List.of("--rewind", "epoch"));
    }
    if (!option.equals("--resume")) {
      more.addAll(List.of("--out", "refused"));
    }
    Program.in(folder).run(arguments(more.toArray(String[]::new))).fails(ExitCode.INPUT, why);
    assertThat(folder.resolve("refused")).doesNotExist();
  }
}
