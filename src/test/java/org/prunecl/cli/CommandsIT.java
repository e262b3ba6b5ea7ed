package org.prunecl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Help, version, progress, the kernel benchmark and the list of devices. */
final class CommandsIT {
  @TempDir private Path folder;

  @Test
  void help_names_every_command_and_the_exit_codes() {
    String help = run("--help").out();
    assertThat(help)
        .contains(
            "devices", "train", "eval", "prune", "export", "sweep", "bench", "tune", "Exit codes");
    assertThat(help.lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void the_version_is_that_of_the_build() {
    assertThat(run("--version").out()).matches("PruneCL \\d+\\.\\d+\\.\\d+\\S*\\R");
  }

  @ParameterizedTest
  @CsvSource({
    "train, --recipe --data --hidden --[no-]bias --epochs --batch-size --learning-rate --seed"
        + " --seeds --resume --normalize --device --tuned --out --force --json --progress"
        + " --verbose",
    "sweep, --recipe --data --hidden --[no-]bias --epochs --batch-size --learning-rate --seed"
        + " --seeds --resume --normalize --methods --sparsities --device --tuned --out --force"
        + " --json --progress --model",
    "eval, --model --data --execution --normalize --device --tuned --json",
    "prune, --model --method --sparsity --out --compact --encoding --force --device --json",
    "export, --model --out --encoding --onnx --force --json",
    "bench, --shapes --batch --sparsities --seed --cold --out --force --tuned --device --json",
    "tune, --quick --full --recipe --hidden --shapes --batch --device --json",
    "devices, --device --json"
  })
  void each_command_explains_its_options(String command, String options) {
    String help = run(command, "--help").out();
    assertThat(help).startsWith("Usage: prunecl " + command).contains(options.split(" ", -1));
    assertThat(help.lines()).allMatch(line -> line.length() <= 80);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "line", "bar", "auto"})
  void progress_goes_to_standard_error_as_asked_for(String display) throws IOException {
    Path data = new TinyDataset(2, 2, 2).write(folder.resolve("tiny"), 20, 10);
    Program.Outcome outcome =
        Program.in(folder)
            .with("NO_COLOR", "1")
            .run(
                "train",
                "--data",
                data.toString(),
                "--hidden",
                "3",
                "--epochs",
                "2",
                "--batch-size",
                "1",
                "--progress",
                display,
                "-v",
                "--out",
                "run")
            .succeeds();
    boolean lines = outcome.err().lines().anyMatch(line -> line.startsWith("epoch 1/2: "));
    boolean bar = outcome.err().contains("\r");
    // Standard error is a file here, so auto means lines.
    assertThat(lines).isEqualTo(display.equals("line") || display.equals("auto"));
    assertThat(bar).isEqualTo(display.equals("bar"));
    assertThat(outcome.err()).as("epochs are told in any case").contains("Epoch 2/2");
    assertThat(outcome.err()).as("-v tells what is built").contains("DEBUG built ", ".cl on ");
    assertThat(outcome.out()).startsWith("Unpruned: ").hasLineCount(1);
    assertThat(outcome.out() + outcome.err()).doesNotContain("\u001b[3");
  }

  @Test
  void the_kernel_benchmark_times_every_case() {
    JsonNode results =
        run("bench", "--json", "--shapes", "17x9,8x40", "--batch", "1,3", "--sparsities", "0.5,0.9")
            .json();
    assertThat(results.get("schema").intValue()).isEqualTo(1);
    assertThat(results.get("device").get("name").textValue()).isNotBlank();
    double peak = results.get("peak_gflops").doubleValue();
    assertThat(peak).isPositive();
    List<String> cases = new ArrayList<>();
    List<String> forms = new ArrayList<>();
    for (JsonNode entry : results.get("cases")) {
      cases.add(
          "%sx%s b%s %s %s"
              .formatted(
                  entry.get("rows"),
                  entry.get("cols"),
                  entry.get("batch"),
                  entry.get("sparsity"),
                  entry.get("execution").textValue()));
      assertThat(entry.get("median_ms").doubleValue())
          .isPositive()
          .isBetween(entry.get("low_ms").doubleValue(), entry.get("high_ms").doubleValue());
      assertThat(entry.has("device_ms")).isTrue();
      assertThat(entry.get("cold_ms").isNull()).isTrue();
      assertThat(entry.get("speedup_low").doubleValue())
          .isPositive()
          .isLessThanOrEqualTo(entry.get("speedup_high").doubleValue());
      assertThat(entry.get("theoretical_speedup").doubleValue()).isGreaterThanOrEqualTo(1);
      forms.add(entry.get("form").textValue());
      assertThat(entry.get("share_of_peak").doubleValue()).isBetween(0.0, 1.0);
      assertThat(entry.get("gflops").doubleValue()).isBetween(0.0, peak);
    }
    assertThat(cases)
        .contains("17x9 b1 0.5 dense", "17x9 b3 0.9 csr", "8x40 b1 0.9 dense", "8x40 b3 0.5 auto")
        .doesNotHaveDuplicates();
    assertThat(forms).contains("dense", "csr").doesNotContain("auto");
    // Two sparsities each, of which dense has no crossover; two shapes at two batches.
    assertThat(results.get("crossover")).hasSize(cases.size() / 2 - 4);
    for (JsonNode crossover : results.get("crossover")) {
      assertThat(crossover.has("sparsity")).isTrue();
      assertThat(crossover.has("low")).isTrue();
      assertThat(crossover.has("high")).isTrue();
    }
  }

  @Test
  void the_kernel_benchmark_prints_a_table_for_people() {
    assertThat(run("bench", "--shapes", "16x16", "--batch", "1", "--sparsities", "0.9").out())
        .contains("16x16", "dense", "csr", "auto (", "GFLOP/s", "95 % interval")
        .doesNotContain("weights cold");
  }

  @Test
  void the_kernel_benchmark_leaves_a_folder_when_asked() throws IOException {
    String[] arguments = {
      "bench", "--shapes", "16x16", "--batch", "1,2", "--sparsities", "0.5", "--cold", "--out", "b"
    };
    assertThat(run(arguments).out()).contains("weights cold");
    try (Stream<Path> files = Files.list(folder.resolve("b"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "bench.json",
              "bench.csv",
              "run.json",
              "speedup-batch-1.png",
              "speedup-batch-1.svg",
              "speedup-batch-2.png",
              "speedup-batch-2.svg");
    }
    JsonNode results = Program.json(folder.resolve("b/bench.json"));
    assertThat(results.get("cases").get(0).get("cold_ms").doubleValue()).isPositive();
    assertThat(Files.readAllLines(folder.resolve("b/bench.csv")))
        .hasSize(results.get("cases").size() + 1);
    Program.in(folder).run(arguments).fails(ExitCode.INPUT, "not empty");
  }

  @Test
  void devices_are_listed_with_the_one_that_would_be_used() {
    JsonNode listing = run("devices", "--json").json();
    List<String> indices = new ArrayList<>();
    listing
        .get("platforms")
        .forEach(p -> p.get("devices").forEach(d -> indices.add(d.get("device").textValue())));
    assertThat(listing.get("selected").textValue()).isIn(indices);
    assertThat(listing.get("reason").textValue()).isNotBlank();
    String text = run("devices").out();
    assertThat(text).contains("Would use " + listing.get("selected").textValue() + ": ");
    for (JsonNode platform : listing.get("platforms")) {
      assertThat(text).contains("Platform #" + platform.get("index") + ": ");
    }
  }

  @Test
  void with_both_drivers_of_pocl_short_launches_have_a_device_of_their_own() throws IOException {
    Program program = Program.in(folder).with("POCL_DEVICES", "pthread basic");
    JsonNode listing = program.run("devices", "--device", "portable", "--json").succeeds().json();
    String selected = listing.get("selected").textValue();
    JsonNode pocl = listing.get("platforms").get(selected.charAt(0) - '0').get("devices");
    assertThat(pocl).hasSize(2);
    String inline = pocl.get(0).get("inline").textValue();
    assertThat(selected).isEqualTo(pocl.get(0).get("device").textValue());
    assertThat(inline).isEqualTo(pocl.get(1).get("device").textValue());
    assertThat(pocl.get(1).has("inline")).isFalse();
    assertThat(program.run("devices").succeeds().out())
        .contains("leaves short launches to " + inline + ", which runs in the calling thread");
    String[] bench = {
      "bench", "--shapes", "64x64", "--batch", "1", "--sparsities", "0.9", "--out", "short"
    };
    program.run(bench).succeeds();
    assertThat(Program.json(folder.resolve("short/run.json")).get("inline").textValue())
        .isEqualTo(pocl.get(1).get("name").textValue());
  }

  private Program.Outcome run(String... arguments) {
    return Program.in(folder).run(arguments).succeeds();
  }
}
