package org.prunecl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tuning, and what becomes of it in other commands. */
final class TuneIT {
  @TempDir private Path folder;
  private String data;

  @BeforeEach
  void images() throws IOException {
    data = new TinyDataset(2, 2, 2).write(folder.resolve("tiny"), 20, 10).toString();
  }

  @Test
  void tuned_parameters_are_stored_and_used_only_when_asked_for() throws IOException {
    JsonNode results =
        program()
            .run("tune", "--quick", "--shapes", "3x4,2x3", "--batch", "5", "--json")
            .succeeds()
            .json();
    assertThat(results.get("schema").intValue()).isEqualTo(1);
    assertThat(results.get("refused")).isEmpty();
    assertThat(results.get("products")).isNotEmpty();
    for (JsonNode product : results.get("products")) {
      assertThat(product.get("product").textValue()).matches("[NT]{2} \\d+x\\d+x\\d+");
      assertThat(product.get("median_ms").doubleValue()).isPositive();
    }
    Path table = table();
    assertThat(results.get("file").textValue()).isEqualTo(table.toString());
    assertThat(Program.json(table).get("products")).hasSameSizeAs(results.get("products"));

    Program.Outcome plain = train("plain").succeeds();
    Program.Outcome tuned = train("tuned", "--tuned").succeeds();
    assertThat(plain.err() + tuned.err()).doesNotContain("warning: ");
    assertThat(tuned("plain")).isEmpty();
    assertThat(tuned("tuned")).hasSameSizeAs(results.get("products"));
    assertThat(tuned("tuned").fieldNames().next()).matches("[NT]{2} \\d+x\\d+x\\d+");

    Files.writeString(table, "no table");
    assertThat(train("broken", "--tuned").succeeds().err())
        .containsPattern("(?m)^warning: .*is ignored.*run `prunecl tune` again$");
    assertThat(tuned("broken")).isEmpty();
    assertThat(train("unasked").succeeds().err()).doesNotContain("warning: ");
    assertThat(Files.readAllBytes(folder.resolve("unasked/model.safetensors")))
        .isEqualTo(Files.readAllBytes(folder.resolve("plain/model.safetensors")));
  }

  @Test
  void without_a_table_a_tuned_job_warns_and_runs_all_the_same() {
    assertThat(train("run", "--tuned").succeeds().err())
        .containsPattern("(?m)^warning: nothing was tuned for .*; run `prunecl tune` for it$");
    String model = folder.resolve("run/model.safetensors").toString();
    assertThat(program().run("eval", "--model", model, "--data", data, "--tuned").succeeds().err())
        .contains("nothing was tuned");
    assertThat(
            program()
                .run("bench", "--shapes", "3x4", "--batch", "2", "--sparsities", "0.5", "--tuned")
                .succeeds()
                .err())
        .contains("nothing was tuned");
  }

  @Test
  void a_table_for_people_is_printed_for_a_network_by_its_hidden_layers() throws IOException {
    assertThat(program().run("tune", "--hidden", "2", "--batch", "1", "--quick").succeeds().out())
        .contains("NT 2x1024x1", "NT 8x2x1", "default", "parameters", table().toString());
  }

  @ParameterizedTest
  @CsvSource({
    "--quick --full, mutually exclusive",
    "--hidden 0, 'makes no sense'",
    "--hidden 5 --shapes 3x4, --shapes",
    "--shapes 3, is not a shape",
    "--batch 0, A batch is at least 1",
    "--recipe none, no recipe or file"
  })
  void wrong_usage_ends_with_2(String arguments, String why) {
    Stream<String> all = Stream.concat(Stream.of("tune"), Stream.of(arguments.split(" ", -1)));
    program().run(all.toArray(String[]::new)).fails(2, why);
  }

  @Test
  void a_cache_folder_that_can_not_be_made_ends_with_2_before_anything_is_measured()
      throws IOException {
    Files.createFile(folder.resolve("cache"));
    program().run("tune", "--shapes", "3x4").fails(2, "can't be written");
  }

  @Test
  void a_device_that_is_not_there_ends_with_3() {
    program().run("tune", "--device", "no such device").fails(3, "matches no OpenCL device");
  }

  private Program program() {
    return Program.in(folder).with("PRUNECL_CACHE", folder.resolve("cache").toString());
  }

  private Program.Outcome train(String out, String... more) {
    List<String> arguments =
        List.of("train", "--data", data, "--hidden", "3", "--epochs", "1", "--out", out);
    return program().run(Stream.concat(arguments.stream(), Stream.of(more)).toArray(String[]::new));
  }

  private JsonNode tuned(String run) throws IOException {
    return Program.json(folder.resolve(run).resolve("run.json")).get("tuned");
  }

  private Path table() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("cache/tuning"))) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }
}
