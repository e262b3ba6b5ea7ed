package org.prunecl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which device is taken where real platforms are: PoCL's CPU beside Oclgrind's simulator, which
 * reports itself as a GPU, and which can be made to fail.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class DeviceChoiceIT {
  private static final Path POCL = Path.of("/etc/OpenCL/vendors/pocl.icd");

  /** Makes every kernel invalid, on Oclgrind alone. */
  private static final Map<String, String> NO_BUILD =
      Map.of("OCLGRIND_BUILD_OPTIONS", "-Dfloat=nonsense");

  /** Leaves Oclgrind's device less memory than any job needs. */
  private static final Map<String, String> NO_MEMORY = Map.of("OCLGRIND_GLOBAL_MEM_SIZE", "100");

  @TempDir private static Path folder;
  private String gpu;
  private String cpu;

  @BeforeAll
  void both_platforms_are_visible() throws IOException {
    Path vendors = Files.createDirectories(folder.resolve("vendors"));
    Files.copy(POCL, vendors.resolve("pocl.icd"));
    Files.writeString(
        vendors.resolve("oclgrind.icd"), System.getProperty("prunecl.oclgrind.driver") + "\n");
    Files.createDirectories(folder.resolve("none"));
    new TinyDataset(2, 2, 2).write(folder.resolve("tiny"), 8, 4);
    for (JsonNode platform : devices().get("platforms")) {
      for (JsonNode device : platform.get("devices")) {
        if (device.get("type").textValue().equals("gpu")) {
          gpu = device.get("device").textValue();
          assertThat(device.get("name").textValue()).isEqualTo("Oclgrind Simulator");
        } else {
          cpu = device.get("device").textValue();
          assertThat(device.get("type").textValue()).isEqualTo("cpu");
        }
      }
    }
    assertThat(gpu).isNotNull();
    assertThat(cpu).isNotNull();
  }

  @Test
  void a_gpu_is_preferred_and_the_reason_printed() {
    JsonNode listing = devices();
    assertThat(listing.get("selected").textValue()).isEqualTo(gpu);
    assertThat(listing.get("reason").textValue()).contains("gpu", "preferred");
    assertThat(program(Map.of()).run("devices").succeeds().out())
        .contains("* " + gpu + ": Oclgrind Simulator", "Would use " + gpu + ": the only gpu");
  }

  @Test
  void a_job_runs_on_the_preferred_device_and_says_so() throws IOException {
    Program.Outcome outcome = program(Map.of()).run(train("preferred")).succeeds();
    assertThat(outcome.err())
        .contains("Device: " + gpu + " Oclgrind Simulator")
        .doesNotContain("warning");
    assertThat(device("preferred").get("type").textValue()).isEqualTo("gpu");
  }

  @Test
  void a_preferred_device_on_which_kernels_do_not_build_is_replaced_by_the_cpu()
      throws IOException {
    assertThat(fallsBack(NO_BUILD, "unbuilt")).contains("does not build");
  }

  @Test
  void a_preferred_device_with_too_little_memory_is_replaced_by_the_cpu() throws IOException {
    assertThat(fallsBack(NO_MEMORY, "cramped")).contains("memory");
  }

  @ParameterizedTest
  @CsvSource({"gpu, gpu", "Oclgrind, gpu", "simulator, gpu", "cpu, cpu", "pthread, cpu"})
  void types_and_parts_of_names_select_what_they_say(String wish, String type) {
    String expected = type.equals("gpu") ? gpu : cpu;
    JsonNode listing = devices("--device", wish);
    assertThat(listing.get("selected").textValue()).isEqualTo(expected);
    assertThat(listing.get("reason").textValue()).startsWith("--device " + wish);
  }

  @Test
  void indices_select_what_they_say() {
    assertThat(devices("--device", cpu).get("selected").textValue()).isEqualTo(cpu);
    assertThat(devices("--device", gpu).get("selected").textValue()).isEqualTo(gpu);
  }

  @Test
  void the_environment_selects_unless_the_option_does() {
    Program program = program(Map.of("PRUNECL_DEVICE", "cpu"));
    JsonNode listing = program.run("devices", "--json").succeeds().json();
    assertThat(listing.get("selected").textValue()).isEqualTo(cpu);
    assertThat(listing.get("reason").textValue()).contains("PRUNECL_DEVICE");
    assertThat(
            program
                .run("devices", "--json", "--device", "gpu")
                .succeeds()
                .json()
                .get("selected")
                .textValue())
        .isEqualTo(gpu);
  }

  @Test
  void a_named_device_is_used_even_where_a_better_one_is() throws IOException {
    Program.Outcome outcome = program(Map.of()).run(train("named", "--device", "cpu")).succeeds();
    assertThat(outcome.err()).contains("Device: " + cpu + " ").doesNotContain("warning");
    assertThat(device("named").get("type").textValue()).isEqualTo("cpu");
  }

  @Test
  void a_named_device_that_fails_is_not_replaced() {
    program(NO_BUILD)
        .run(train("refused", "--device", gpu))
        .fails(ExitCode.SETUP, "does not build on Oclgrind Simulator");
    program(NO_MEMORY)
        .with("PRUNECL_DEVICE", "oclgrind")
        .run(train("refused"))
        .fails(ExitCode.SETUP, "Oclgrind Simulator", "memory");
    assertThat(folder.resolve("refused")).doesNotExist();
  }

  @Test
  void a_device_that_is_not_there_is_answered_with_those_that_are() {
    Program.Outcome outcome =
        program(Map.of())
            .run(train("refused", "--device", "no-such-device"))
            .fails(ExitCode.SETUP, "no-such-device");
    assertThat(outcome.remedy()).contains(gpu + " Oclgrind Simulator", cpu + " ");
    assertThat(folder.resolve("refused")).doesNotExist();
    program(Map.of()).run("devices", "--device", "7:7").failsHavingPrinted(ExitCode.SETUP, "7:7");
  }

  @Test
  void where_there_is_no_device_the_remedy_is_what_to_install() {
    for (String command : new String[] {"devices", "bench"}) {
      Program.Outcome outcome =
          Program.in(folder)
              .with("OCL_ICD_VENDORS", folder.resolve("none") + "/")
              .run(command)
              .fails(ExitCode.SETUP, "No OpenCL device");
      assertThat(outcome.remedy()).containsIgnoringCase("install").contains("pocl");
    }
  }

  /** Trains on the tiny dataset; returns the warning. */
  private String fallsBack(Map<String, String> environment, String out) throws IOException {
    Program.Outcome outcome = program(environment).run(train(out)).succeeds();
    assertThat(device(out).get("type").textValue()).isEqualTo("cpu");
    assertThat(Program.json(folder.resolve(out + "/run.json")).get("device_reason").textValue())
        .contains("fallback", "Oclgrind Simulator");
    assertThat(outcome.err())
        .contains("warning: falling back to " + cpu + " ", "Device: " + cpu + " ");
    String warning =
        outcome.err().lines().filter(line -> line.startsWith("warning")).findFirst().orElseThrow();
    assertThat(warning).contains("Oclgrind Simulator can't be used");
    return warning;
  }

  private static JsonNode device(String out) throws IOException {
    return Program.json(folder.resolve(out + "/results.json")).get("device");
  }

  private static String[] train(String out, String... more) {
    String[] arguments = {
      "train", "--data", "tiny", "--hidden", "3", "--epochs", "1", "--out", out
    };
    String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return all;
  }

  private static JsonNode devices(String... more) {
    String[] all = new String[more.length + 2];
    all[0] = "devices";
    all[1] = "--json";
    System.arraycopy(more, 0, all, 2, more.length);
    return program(Map.of()).run(all).succeeds().json();
  }

  private static Program program(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    // The trailing slash matters to the loader.
    environment.put("OCL_ICD_VENDORS", folder.resolve("vendors") + "/");
    Program program = Program.in(folder);
    environment.forEach(program::with);
    return program;
  }
}
