package org.prunecl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.prunecl.testing.Events;

/** Same seed and device: the same files but for times. Another seed: another network. */
@TestInstance(Lifecycle.PER_CLASS)
final class RepeatIT {
  /** Columns before the first that holds times. */
  private static final int HISTORY_COLUMNS = 5;

  private static final int TRIAL_COLUMNS = 10;

  @TempDir private static Path folder;
  private Path run;

  @BeforeAll
  void sweep() {
    run = folder.resolve("first");
    Program.in(folder)
        .run(
            "sweep",
            "--data",
            Program.fashion(),
            "--hidden",
            "30,10",
            "--epochs",
            "3",
            "--batch-size",
            "32",
            "--seed",
            "5",
            "--sparsities",
            "0.5,0.9",
            "--out",
            "first")
        .succeeds();
  }

  @Test
  void the_recipe_of_a_run_repeats_it_to_the_last_bit() throws IOException {
    Path again = folder.resolve("again");
    Program.in(folder)
        .run("sweep", "--recipe", run.resolve("recipe.yaml").toString(), "--out", "again")
        .succeeds();
    assertThat(again.toFile().list()).containsExactlyInAnyOrder(run.toFile().list());
    for (String name :
        List.of(
            "recipe.yaml",
            "model.safetensors",
            "accuracy.png",
            "accuracy.svg",
            "samples.png",
            "samples.svg")) {
      assertThat(again.resolve(name)).hasSameBinaryContentAs(run.resolve(name));
    }
    assertThat(timeless(again)).isEqualTo(timeless(run));
    assertThat(columns(again.resolve("history.csv"), HISTORY_COLUMNS))
        .isEqualTo(columns(run.resolve("history.csv"), HISTORY_COLUMNS));
    assertThat(columns(again.resolve("results.csv"), TRIAL_COLUMNS))
        .isEqualTo(columns(run.resolve("results.csv"), TRIAL_COLUMNS));
    for (String images : List.of("train", "test")) {
      String events = "events/" + images + "/events.out.tfevents.prunecl";
      assertThat(timeless(Events.points(again.resolve(events))))
          .isEqualTo(timeless(Events.points(run.resolve(events))));
    }
    ObjectNode first = (ObjectNode) Program.json(run.resolve("run.json"));
    ObjectNode second = (ObjectNode) Program.json(again.resolve("run.json"));
    List<String> own = List.of("command", "started");
    assertThat(second.without(own).toString()).isEqualTo(first.without(own).toString());
  }

  @Test
  void another_seed_gives_another_network() throws IOException {
    Program.in(folder)
        .run(
            "train",
            "--recipe",
            run.resolve("recipe.yaml").toString(),
            "--seed",
            "6",
            "--out",
            "other")
        .succeeds();
    for (String name : List.of("model.safetensors", "samples.svg")) {
      assertThat(Files.mismatch(folder.resolve("other").resolve(name), run.resolve(name)))
          .as(name)
          .isNotNegative();
    }
    assertThat(columns(folder.resolve("other/history.csv"), HISTORY_COLUMNS))
        .isNotEqualTo(columns(run.resolve("history.csv"), HISTORY_COLUMNS));
  }

  /** The results of a run without what another run measures anew. */
  static String timeless(Path run) throws IOException {
    JsonNode results = Program.json(run.resolve("results.json"));
    ((ObjectNode) results).remove("crossover");
    List<String> times = List.of("train_seconds", "seconds_per_step");
    ((ObjectNode) results.get("baseline")).remove(times);
    results.get("baselines").forEach(baseline -> ((ObjectNode) baseline).remove(times));
    results.get("trials").forEach(trial -> ((ObjectNode) trial).remove("latency"));
    results.get("summary").forEach(one -> ((ObjectNode) one).remove("speedup"));
    return results.toPrettyString();
  }

  private static List<Events.Point> timeless(List<Events.Point> points) {
    return points.stream()
        .map(point -> new Events.Point(point.tag(), point.step(), 0, point.value()))
        .toList();
  }

  private static List<List<String>> columns(Path file, int count) throws IOException {
    try (CSVParser parser = CSVParser.parse(file, StandardCharsets.UTF_8, CSVFormat.RFC4180)) {
      return parser.stream().map(row -> row.toList().subList(0, count)).toList();
    }
  }
}
