package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.nn.LayerShape;
import org.prunecl.opencl.Device;
import org.prunecl.opencl.DeviceType;
import org.prunecl.opencl.KernelSource;
import org.prunecl.ops.Family;
import org.prunecl.ops.SparseForm;

final class PlanFileTest {
  private static final PlanFile.Key FIRST = new PlanFile.Key(1000, 784, 128, 90, 50, null);
  private static final PlanFile.Key SECOND = new PlanFile.Key(10, 200, 1, 0, 40, null);
  private static final Map<String, Double> TIMES = Map.of("dense", 1.25, "blocked", 0.5);

  @TempDir private Path folder;

  private final List<String> warnings = new ArrayList<>();

  @Test
  void what_was_remembered_is_known_to_the_next_run() {
    PlanFile file = file();
    file.remember(FIRST, TIMES);
    file.remember(SECOND, Map.of("dense", 0.01));
    assertThat(file.times(FIRST)).isEqualTo(TIMES);
    file.store(warnings::add);
    assertThat(file().times(FIRST)).isEqualTo(TIMES);
    assertThat(file().times(SECOND)).isEqualTo(Map.of("dense", 0.01));
    assertThat(file().times(new PlanFile.Key(1000, 784, 32, 90, 50, null))).isEmpty();
    assertThat(warnings).isEmpty();
  }

  @Test
  void the_file_is_json_that_people_can_read() throws IOException {
    store(FIRST, TIMES);
    assertThat(Files.readString(path()))
        .contains("\"rows\" : 1000", "\"sparsity_percent\" : 90", "\"zeros_percent\" : 50")
        .contains("\"median_ms\" : {", "\"blocked\" : 0.5", "\"driver\" : \"1.0\"")
        .contains("\"sources\" : \"" + SparseForm.sourceDigest(Family.CPU) + "\"")
        .endsWith("}\n");
  }

  @Test
  void the_same_knowledge_is_the_same_file_in_whatever_order_it_came() throws IOException {
    store(FIRST, TIMES);
    store(SECOND, TIMES);
    byte[] one = Files.readAllBytes(path());
    Files.delete(path());
    store(SECOND, TIMES);
    store(FIRST, TIMES);
    assertThat(path()).hasBinaryContent(one);
  }

  @Test
  void storing_replaces_what_is_known_of_a_layer_and_keeps_the_rest() {
    store(FIRST, TIMES);
    store(SECOND, TIMES);
    store(FIRST, Map.of("dense", 3.0));
    assertThat(file().times(FIRST)).isEqualTo(Map.of("dense", 3.0));
    assertThat(file().times(SECOND)).isEqualTo(TIMES);
  }

  @Test
  void without_news_nothing_is_written() throws IOException {
    file().store(warnings::add);
    assertThat(path()).doesNotExist();
    Files.writeString(path(), "no table");
    file().store(warnings::add);
    assertThat(path()).hasContent("no table");
  }

  @Test
  void a_memory_without_a_file_remembers_and_writes_nothing() {
    PlanFile none = PlanFile.none();
    none.remember(FIRST, TIMES);
    none.store(warnings::add);
    assertThat(none.times(FIRST)).isEqualTo(TIMES);
    assertThat(folder).isEmptyDirectory();
    assertThat(warnings).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"schema\": 1}",
        "no JSON",
        "{\"schema\": \"one\"}",
        "{\"schema\": 1, \"device\": 5, \"sources\": \"\", \"layers\": []}"
      })
  void a_file_that_is_no_table_is_begun_anew_with_one_warning(String content) throws IOException {
    Files.writeString(path(), content);
    assertThat(file().times(FIRST)).isEmpty();
    warnedOnce("is begun anew, it can't be read: ");
    assertThat(path()).as("not lost before it is written anew").hasContent(content);
    store(FIRST, TIMES);
    warnings.clear();
    assertThat(file().times(FIRST)).isEqualTo(TIMES);
    assertThat(warnings).isEmpty();
  }

  @Test
  void a_file_cut_short_anywhere_is_begun_anew_with_one_warning() throws IOException {
    store(FIRST, TIMES);
    store(SECOND, TIMES);
    String whole = Files.readString(path()).strip();
    for (int length = 0; length < whole.length(); length += 7) {
      warnings.clear();
      Files.writeString(path(), whole.substring(0, length));
      PlanFile cut = file();
      assertThat(cut.times(FIRST)).as("cut at %d", length).isEmpty();
      assertThat(cut.times(SECOND)).as("cut at %d", length).isEmpty();
      warnedOnce("is begun anew");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'\"dense\" : 1.25', '\"dense\" : 0.0'",
    "'\"dense\" : 1.25', '\"dense\" : -1.25'",
    "'\"dense\" : 1.25', '\"dense\" : null'",
    "'\"dense\" : 1.25', '\"dense\" : \"fast\"'",
    "'\"dense\" : 1.25', '\"dense\" : 1e300'",
    "'\"rows\" : 1000,', ''",
    "'\"rows\" : 1000', '\"rows\" : null'",
    "'\"layer\" : {', '\"other\" : {'",
    "'\"median_ms\" : {', '\"other\" : {'"
  })
  void a_file_with_an_entry_that_makes_no_sense_is_begun_anew(String from, String to)
      throws IOException {
    store(FIRST, TIMES);
    store(SECOND, TIMES);
    edit(from, to);
    PlanFile broken = file();
    assertThat(broken.times(FIRST)).isEmpty();
    assertThat(broken.times(SECOND)).isEmpty();
    warnedOnce("is begun anew");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"driver\" : \"1.0\"', '\"driver\" : \"1.1\"'",
    "'\"compute_units\" : 2', '\"compute_units\" : 4'",
    "'\"name\" : \"Some CPU\"', '\"name\" : \"Another CPU\"'",
    "'\"sources\" : \"', '\"sources\" : \"0'",
    "'\"schema\" : 1', '\"schema\" : 2'"
  })
  void what_was_measured_on_another_device_driver_or_kernel_is_forgotten(String from, String to)
      throws IOException {
    store(FIRST, TIMES);
    edit(from, to);
    assertThat(file().times(FIRST)).isEmpty();
    assertThat(warnings).isEmpty();
    store(SECOND, TIMES);
    assertThat(file().times(FIRST)).isEmpty();
    assertThat(file().times(SECOND)).isEqualTo(TIMES);
  }

  @Test
  void a_folder_in_the_place_of_the_file_is_told_and_does_no_harm() throws IOException {
    Files.createDirectory(path());
    PlanFile file = file();
    warnedOnce("is begun anew");
    file.remember(FIRST, TIMES);
    warnings.clear();
    file.store(warnings::add);
    warnedOnce("can't be written: ");
    assertThat(file.times(FIRST)).isEqualTo(TIMES);
    assertThat(path()).isEmptyDirectory();
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void a_folder_that_can_not_be_made_is_told_once_and_does_no_harm() throws IOException {
    Path inTheWay = Files.createFile(folder.resolve("file"));
    PlanFile file = new PlanFile(inTheWay.resolve("tuning/some.json"), device(), warnings::add);
    for (int plan = 0; plan < 3; plan++) {
      file.remember(new PlanFile.Key(plan + 1, 2, 3, 4, 10, null), TIMES);
      file.store(warnings::add);
    }
    warnedOnce("can't be written: ");
    assertThat(file.times(new PlanFile.Key(3, 2, 3, 4, 10, null))).isEqualTo(TIMES);
  }

  @Test
  void the_file_lies_beside_the_tuned_parameters_of_the_device() {
    Path tuned = TuningFile.of(device()).path();
    Path path = PlanFile.of(device(), Map.of(), warnings::add).path();
    assertThat(path.getParent()).isEqualTo(tuned.getParent());
    assertThat(path.getFileName().toString())
        .isEqualTo(tuned.getFileName().toString().replace(".json", "-forms.json"));
    // What was measured with tuned products says nothing about others.
    assertThat(PlanFile.of(device(), Map.of("NN 1x1x1", Map.of()), warnings::add).path())
        .isNotEqualTo(path);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 0",
    "0.004, 0.04, 0, 0",
    "0.006, 0.06, 1, 10",
    "0.8949, 0.4499, 89, 40",
    "0.8951, 0.4501, 90, 50",
    "0.9049, 0.5499, 90, 50",
    "1, 1, 100, 100"
  })
  void layers_are_alike_to_a_percent_of_their_zeros_and_a_tenth_of_their_inputs(
      double sparsity, double zeros, int sparsityPercent, int zerosPercent) {
    assertThat(PlanFile.Key.of(new LayerShape(3, 4, null), 5, sparsity, zeros))
        .isEqualTo(new PlanFile.Key(3, 4, 5, sparsityPercent, zerosPercent, null));
  }

  /** What another kernel takes was not measured, so each file that holds a product counts. */
  @ParameterizedTest
  @EnumSource
  void the_digest_is_over_every_product_and_convolution_of_the_family(Family family)
      throws IOException {
    String suffix = "_" + family.name().toLowerCase(Locale.ROOT) + ".cl";
    try (Stream<Path> files = Files.list(Path.of("kernels-cl"))) {
      List<String> products =
          files
              .map(file -> file.getFileName().toString())
              .filter(
                  name ->
                      name.matches("(conv|im2col|lanes|pool).cl|(gemm|gemv|spmm|spmv).*" + suffix))
              .sorted()
              .toList();
      assertThat(SparseForm.sourceDigest(family)).matches("\\d+-" + KernelSource.digest(products));
    }
  }

  private void warnedOnce(String why) {
    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0)).contains(why).hasLineCount(1);
  }

  private void store(PlanFile.Key key, Map<String, Double> times) {
    PlanFile file = file();
    file.remember(key, times);
    file.store(warnings::add);
  }

  private void edit(String from, String to) throws IOException {
    String text = Files.readString(path());
    assertThat(text).contains(from);
    int at = text.indexOf(from);
    Files.writeString(path(), text.substring(0, at) + to + text.substring(at + from.length()));
  }

  private Path path() {
    return folder.resolve("some-forms.json");
  }

  private PlanFile file() {
    return new PlanFile(path(), device(), warnings::add);
  }

  private static Device device() {
    return new Device(
        0,
        0,
        "Platform",
        "Some CPU",
        DeviceType.CPU,
        "1.0",
        "OpenCL 3.0",
        "1.2",
        2,
        1,
        1,
        1,
        1,
        null);
  }
}
