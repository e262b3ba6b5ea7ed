package org.prunecl.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.PruneClException;
import org.prunecl.lab.TuneResults.Choice;
import org.prunecl.opencl.Device;
import org.prunecl.opencl.DeviceType;
import org.prunecl.ops.Family;
import org.prunecl.ops.GemmTile;
import org.prunecl.ops.ProductClass;
import org.prunecl.ops.Tuning;

final class TuningFileTest {
  private static final String FORWARD = "NN 1024x128x1024";
  private static final String WEIGHTS = "NT 1024x1024x128";

  @TempDir private Path folder;

  private final List<String> warnings = new ArrayList<>();

  @Test
  void what_was_stored_is_loaded() {
    store(choice(FORWARD, tile(3)), choice(WEIGHTS, tile(5)));
    assertThat(load()).isEqualTo(Map.of(FORWARD, tile(3), WEIGHTS, tile(5)));
    assertThat(warnings).isEmpty();
  }

  @Test
  void the_file_is_json_that_people_can_read() throws IOException {
    store(choice(FORWARD, tile(3)));
    assertThat(Files.readString(file().path()))
        .contains("\"product\" : \"NN 1024x128x1024\"", "\"driver\" : \"1.0\"", "\"ms\" : 1.0")
        .contains("\"sources\" : \"" + Tuning.sourceDigest(Family.CPU) + "\"")
        .endsWith("}\n");
    assertThat(file().path().getFileName().toString())
        .matches("platform-some-cpu-[0-9a-f]{8}.json");
  }

  @Test
  void storing_replaces_what_is_known_and_keeps_the_rest() {
    store(choice(FORWARD, tile(3)), choice(WEIGHTS, tile(5)));
    store(choice(FORWARD, tile(4)));
    assertThat(load()).isEqualTo(Map.of(FORWARD, tile(4), WEIGHTS, tile(5)));
  }

  @Test
  void without_a_file_the_shipped_parameters_are_used_and_the_user_is_told() {
    assertThat(load()).isEmpty();
    assertThat(warnings)
        .containsExactly("nothing was tuned for Some CPU; run `prunecl tune` for it");
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
        "{\"schema\": 1, \"device\": 5, \"family\": \"cpu\", \"sources\": \"\", \"products\": []}"
      })
  void a_file_that_is_no_table_is_ignored_with_a_warning_and_replaced(String content)
      throws IOException {
    Files.writeString(file().path(), content);
    assertThat(load()).isEmpty();
    warnedOnce("is ignored");
    store(choice(FORWARD, tile(3)));
    assertThat(load()).isEqualTo(Map.of(FORWARD, tile(3)));
  }

  @Test
  void a_file_cut_short_anywhere_is_ignored_with_a_warning() throws IOException {
    store(choice(FORWARD, tile(3)));
    String whole = Files.readString(file().path()).strip();
    for (int length = 0; length < whole.length(); length += 7) {
      warnings.clear();
      Files.writeString(file().path(), whole.substring(0, length));
      assertThat(load()).as("cut at %d", length).isEmpty();
      warnedOnce("is ignored");
    }
  }

  @Test
  void a_folder_in_the_place_of_the_file_is_ignored_with_a_warning() throws IOException {
    Files.createDirectory(file().path());
    assertThat(load()).isEmpty();
    warnedOnce("is ignored");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"driver\" : \"1.0\"', '\"driver\" : \"1.1\"', another device or driver",
    "'\"compute_units\" : 2', '\"compute_units\" : 4', another device or driver",
    "'\"sources\" : \"', '\"sources\" : \"0', other kernels",
    "'\"family\" : \"cpu\"', '\"family\" : \"gpu\"', other kernels",
    "'\"schema\" : 1', '\"schema\" : 2', another version"
  })
  void a_stale_file_is_ignored_with_a_warning_and_nothing_of_it_is_kept(
      String from, String to, String why) throws IOException {
    store(choice(FORWARD, tile(3)));
    edit(from, to);
    assertThat(load()).isEmpty();
    warnedOnce(why);
    store(choice(WEIGHTS, tile(5)));
    assertThat(load()).isEqualTo(Map.of(WEIGHTS, tile(5)));
  }

  @ParameterizedTest
  @CsvSource({
    "'\"rows\" : 4', '\"rows\" : 4, \"magic\" : 1', unknown",
    "'\"rows\" : 4', '\"rows\" : 11', possible but never searched",
    "'\"rows\" : 4', '\"rows\" : 4000', out of range",
    "'\"rows\" : 4,', '', missing",
    "'\"rows\" : 4', '\"rows\" : \"4\"', of another kind",
    "'NN 1024x128x1024', 'forward', no class"
  })
  void an_entry_that_can_not_be_used_is_ignored_with_a_warning_and_the_rest_is_used(
      String from, String to, String why) throws IOException {
    GemmTile fours = tile(1);
    assertThat(fours.named()).containsEntry("rows", 4);
    store(choice(FORWARD, fours), choice(WEIGHTS, tile(0)));
    edit(from, to);
    assertThat(load()).as(why).isEqualTo(Map.of(WEIGHTS, tile(0)));
    warnedOnce("1 of 2 entries");
    store();
    warnings.clear();
    load();
    assertThat(warnings).as("it is gone once the table is written anew").isEmpty();
  }

  @Test
  void each_device_has_a_file_of_its_own() {
    assertThat(file("Some CPU").path()).isEqualTo(file("Some CPU").path());
    assertThat(file("Some CPU").path()).isNotEqualTo(file("Some_CPU").path());
    assertThat(file("../../etc").path().normalize().getParent()).isEqualTo(folder);
  }

  @Test
  void a_folder_that_can_not_be_made_is_an_error_before_anything_is_measured() throws IOException {
    Path inTheWay = Files.createFile(folder.resolve("file"));
    TuningFile file = new TuningFile(inTheWay.resolve("tuning"), device("Some CPU"), Family.CPU);
    assertThatThrownBy(file::prepare)
        .isInstanceOfSatisfying(
            LabException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(PruneClException.Kind.INPUT);
              assertThat(e.remedy()).contains("PRUNECL_CACHE");
            });
  }

  private void warnedOnce(String why) {
    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0)).contains(why, "run `prunecl tune` again").hasLineCount(1);
  }

  private Map<String, GemmTile> load() {
    warnings.clear();
    Map<String, GemmTile> loaded = new LinkedHashMap<>();
    file()
        .load(warnings::add)
        .measured()
        .forEach((product, tile) -> loaded.put(product.toString(), tile));
    return loaded;
  }

  private void store(Choice... choices) {
    file()
        .store(
            new TuneResults(1, DeviceInfo.of(device("Some CPU")), List.of(choices), List.of(), ""));
  }

  private void edit(String from, String to) throws IOException {
    String text = Files.readString(file().path());
    assertThat(text).contains(from);
    int at = text.indexOf(from);
    Files.writeString(
        file().path(), text.substring(0, at) + to + text.substring(at + from.length()));
  }

  private static Choice choice(String product, GemmTile tile) {
    ProductClass parsed = ProductClass.parse(product);
    return new Choice(
        product,
        parsed.m(),
        parsed.n(),
        parsed.k(),
        9,
        true,
        tile.named(),
        2,
        1.9,
        2.1,
        1,
        1,
        1,
        2);
  }

  private static GemmTile tile(int index) {
    return GemmTile.candidates(device("Some CPU"), Family.CPU, true).get(index);
  }

  private TuningFile file() {
    return file("Some CPU");
  }

  private TuningFile file(String device) {
    return new TuningFile(folder, device(device), Family.CPU);
  }

  private static Device device(String name) {
    return new Device(
        0, 0, "Platform", name, DeviceType.CPU, "1.0", "OpenCL 3.0", "1.2", 2, 1, 1, 1, 1, null);
  }
}
