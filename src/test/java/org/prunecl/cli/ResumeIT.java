package org.prunecl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are killed, and resumed to the same end. */
@TestInstance(Lifecycle.PER_CLASS)
final class ResumeIT {
  private static final int KILLS = 10;
  private static final String INFO = "unfinished/run.json";

  @TempDir private static Path folder;
  private Program.Outcome whole;
  private long milliseconds;

  private static String[] sweep(String out) {
    return new String[] {
      "sweep",
      "--data",
      Program.fashion(),
      "--hidden",
      "20,10",
      "--epochs",
      "4",
      "--batch-size",
      "10",
      "--seed",
      "5",
      "--seeds",
      "2",
      "--methods",
      "weight,small-dense",
      "--sparsities",
      "0.9",
      "--out",
      out
    };
  }

  private static Program.Outcome run(String... arguments) {
    return Program.in(folder).run(arguments);
  }

  @BeforeAll
  void uninterrupted() {
    long start = System.nanoTime();
    whole = run(sweep("whole")).succeeds();
    milliseconds = (System.nanoTime() - start) / 1_000_000;
  }

  @Test
  void a_run_killed_at_ten_random_moments_and_resumed_ends_with_the_same_results()
      throws IOException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    int kills = 0;
    int resumed = 0;
    for (int i = 1; kills < KILLS || resumed == 0; i++) {
      Path out = folder.resolve("killed-" + i);
      boolean over = false;
      while (!over) {
        boolean begun = Files.exists(out.resolve(INFO));
        resumed += begun ? 1 : 0;
        String[] arguments = begun ? new String[] {"sweep", "--resume", out.toString()} : anew(out);
        long limit = kills < KILLS ? random.nextLong(milliseconds) : Long.MAX_VALUE;
        over = Program.in(folder).killedAfter(limit, arguments);
        kills += over ? 0 : 1;
      }
      String run = "seed " + seed + ", run " + i;
      assertThat(RepeatIT.timeless(out)).as(run).isEqualTo(RepeatIT.timeless(path("whole")));
      assertThat(out.toFile().list())
          .as(run)
          .containsExactlyInAnyOrder(path("whole").toFile().list());
      for (String name : List.of("model.safetensors", "model-seed-6.safetensors", "recipe.yaml")) {
        assertThat(out.resolve(name)).as(run).hasSameBinaryContentAs(path("whole").resolve(name));
      }
      for (String name : List.of("history.csv", "history-seed-6.csv")) {
        assertThat(untimed(out.resolve(name)))
            .as(run)
            .isEqualTo(untimed(path("whole").resolve(name)));
      }
    }
    assertThat(resumed).as("seed %d: runs that were resumed", seed).isPositive();
  }

  /** A run that was killed before it said what it is left nothing, or a folder that can be had. */
  private static String[] anew(Path out) {
    return Stream.concat(Stream.of(sweep(out.toString())), Stream.of("--force"))
        .toArray(String[]::new);
  }

  private static List<String> untimed(Path history) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(history, StandardCharsets.UTF_8)) {
      lines.add(line.substring(0, line.lastIndexOf(',')));
    }
    return lines;
  }

  @Test
  void a_run_that_is_over_prints_its_results_again() {
    assertThat(run("sweep", "--resume", "whole").succeeds().out()).isEqualTo(whole.out());
  }

  @Test
  void a_run_that_is_over_is_another_commands_no_more_than_one_that_is_not() {
    run("train", "--resume", "whole").fails(ExitCode.INPUT, "not begun by");
    run("lottery", "--resume", "whole").fails(ExitCode.INPUT, "not begun by");
  }

  @Test
  void options_that_agree_with_the_run_are_taken_and_others_refused() {
    run("sweep", "--resume", "whole", "--epochs", "4", "--seeds", "2").succeeds();
    run("sweep", "--resume", "whole", "--epochs", "5", "--sparsities", "0.5")
        .fails(ExitCode.INPUT, "begun with other settings", "epochs, prune.sparsities");
    run("sweep", "--resume", "whole", "--out", "elsewhere").fails(ExitCode.INPUT, "--out");
    run("sweep", "--resume", "whole", "--force").fails(ExitCode.INPUT, "--force");
    run("sweep", "--resume", "whole", "--model", "whole/model.safetensors")
        .fails(ExitCode.INPUT, "--model");
  }

  @Test
  void a_folder_that_is_no_run_is_refused() throws IOException {
    run("sweep", "--resume", "nowhere").fails(ExitCode.INPUT, "nowhere");
    Files.createDirectories(path("empty"));
    run("sweep", "--resume", "empty").fails(ExitCode.INPUT, "no run folder");
  }

  @Test
  void a_run_of_another_version_device_or_dataset_is_refused_and_kept() throws IOException {
    unfinished("other", "\"schema\": 1", "\"schema\": 2");
    run("sweep", "--resume", "other").fails(ExitCode.INPUT, "schema 2");
    unfinished("other", "\"driver\": \"", "\"driver\": \"another ");
    run("sweep", "--resume", "other").fails(ExitCode.INPUT, "driver another ");
    unfinished("other", "\"test-labels\": \"", "\"test-labels\": \"0");
    run("sweep", "--resume", "other").fails(ExitCode.INPUT, "other images");
    unfinished("other", "\"sweep\"", "\"train\"");
    run("sweep", "--resume", "other").fails(ExitCode.INPUT, "not begun by");
    assertThat(path("other").resolve(INFO)).exists();
  }

  @Test
  void a_sweep_over_a_model_goes_on_with_the_model_that_it_was_given() throws IOException {
    Files.copy(path("whole/model.safetensors"), path("given.safetensors"));
    String[] given = {
      "sweep",
      "--model",
      "given.safetensors",
      "--data",
      Program.fashion(),
      "--methods",
      "unit",
      "--sparsities",
      "0,0.5",
      "--out",
      "of-model"
    };
    run(given).succeeds();
    String results = RepeatIT.timeless(path("of-model"));
    // As it stood before its first trial; the file that it was given is gone since.
    unfinish("of-model");
    Files.move(path("given.safetensors"), path("of-model/unfinished/model.safetensors"));
    Files.delete(path("of-model/results.json"));
    run("sweep", "--resume", "of-model").succeeds();
    assertThat(RepeatIT.timeless(path("of-model"))).isEqualTo(results);
  }

  @Test
  void a_failure_keeps_what_is_finished_and_says_how_to_go_on() throws IOException {
    Path out = path("failing");
    Files.createDirectories(out);
    // A folder is in the way of the first file that a finished run leaves.
    Files.createDirectories(out.resolve("recipe.yaml/in-the-way"));
    Program.Outcome failed =
        run(
                "sweep",
                "--data",
                Program.fashion(),
                "--hidden",
                "9",
                "--epochs",
                "1",
                "--methods",
                "unit",
                "--sparsities",
                "0.5",
                "--out",
                "failing",
                "--force")
            .fails(ExitCode.RUN, "recipe.yaml");
    assertThat(failed.err()).contains("Resume it with: prunecl sweep --resume failing");
    Files.delete(out.resolve("recipe.yaml/in-the-way"));
    Files.delete(out.resolve("recipe.yaml"));
    Program.Outcome resumed = run("sweep", "--resume", "failing").succeeds();
    assertThat(resumed.err()).doesNotContain("Epoch 1/1");
    assertThat(out.resolve("unfinished")).doesNotExist();
  }

  private static Path path(String name) {
    return folder.resolve(name);
  }

  /** Copies what a finished run says of itself to where an unfinished one says it. */
  private static void unfinish(String run) throws IOException {
    Files.createDirectories(path(run).resolve("unfinished"));
    for (String name : List.of("recipe.yaml", "run.json")) {
      Files.writeString(
          path(run).resolve("unfinished/" + name), Files.readString(path(run).resolve(name)));
    }
  }

  /** A folder of a run that has just begun, with a part of its run.json changed. */
  private static void unfinished(String name, String part, String other) throws IOException {
    Path unfinished = path(name).resolve("unfinished");
    Files.createDirectories(unfinished);
    for (String file : List.of("recipe.yaml", "run.json")) {
      Files.writeString(unfinished.resolve(file), Files.readString(path("whole").resolve(file)));
    }
    String info = Files.readString(unfinished.resolve("run.json"));
    assertThat(info).contains(part);
    Files.writeString(unfinished.resolve("run.json"), info.replace(part, other));
  }
}
