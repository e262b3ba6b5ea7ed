package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.opencl.Device;
import org.prunecl.opencl.DeviceType;

final class TuningTest {
  private static final GemmTile ONE = new CpuTile(4, 3, 8, 1024, 8);
  private static final GemmTile TWO = new CpuTile(4, 4, 16, 512, 16);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pthread-skylake-avx512-AMD EPYC",
        "cpu-znver4-AMD EPYC 9654",
        "cpu-icelake-server-Xeon"
      })
  void processors_with_avx_512_get_the_larger_tile(String name) {
    assertThat(shipped(name)).isEqualTo(CpuTile.THIRTY_TWO_REGISTERS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pthread-haswell-AMD EPYC",
        "cpu-neoverse-n1-ARM Neoverse",
        "cpu-znver3-AMD EPYC",
        "llvmpipe (LLVM 15.0.6, 256 bits)",
        "Oclgrind Simulator",
        "Intel(R) Core(TM) i7-8700 CPU"
      })
  void all_others_get_the_tile_that_every_processor_holds(String name) {
    assertThat(shipped(name)).isEqualTo(CpuTile.SIXTEEN_REGISTERS);
  }

  @Test
  void weight_gradients_of_zen_5_have_a_tile_of_their_own() {
    Tuning tuning = Tuning.shipped(named("pthread-skylake-avx512-AMD EPYC"), Family.CPU);
    CpuTile own = new CpuTile(8, 3, 16, 2048, 16);
    assertThat(tuning.tile(product("NT", 1000, 784, 32))).contains(own);
    assertThat(tuning.tile(product("TN", 1000, 784, 32))).contains(CpuTile.THIRTY_TWO_REGISTERS);
    assertThat(tuning.tiles(false, true)).containsExactly(own);
    assertThat(tuning.with(Map.of(product("NN", 1, 1, 1), ONE)).tile(product("NT", 9, 9, 9)))
        .contains(own);
  }

  @Test
  void every_shipped_row_is_one_that_a_search_tries() {
    assertThat(ShippedTiles.rows()).isNotEmpty();
    for (ShippedTiles.Row row : ShippedTiles.rows()) {
      Family family = row.family().equals("cpu") ? Family.CPU : Family.GPU;
      assertThat(row.family()).isEqualTo(family.label());
      assertThat(GemmTile.candidates(named("any"), family, true))
          .contains(GemmTile.of(family, row.parameters()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_search_tries_the_defaults_and_each_candidate_once(Family family) {
    List<GemmTile> full = GemmTile.candidates(named("any"), family, true);
    List<GemmTile> quick = GemmTile.candidates(named("any"), family, false);
    assertThat(full).doesNotHaveDuplicates().containsAll(quick);
    assertThat(quick)
        .containsAll(
            family == Family.CPU
                ? List.of(CpuTile.SIXTEEN_REGISTERS, CpuTile.THIRTY_TWO_REGISTERS)
                : GpuTile.DEFAULTS);
  }

  @Test
  void a_device_without_the_room_for_a_tile_does_not_try_it() {
    Device small =
        new Device(
            0, 0, "p", "n", DeviceType.GPU, "1", "OpenCL 3.0", "1.2", 2, 1, 1, 16384, 128, null);
    assertThat(GemmTile.candidates(small, Family.GPU, true))
        .contains(GpuTile.MEDIUM)
        .doesNotContain(GpuTile.LARGE)
        .allMatch(tile -> tile.runsOn(small));
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 128, 784, NN 1024x128x1024",
    "10, 1, 200, NN 8x1x256",
    "724, 725, 3, NN 512x1024x4",
    "2147483647, 1, 1, NN 1073741824x1x1"
  })
  void a_class_has_its_sizes_rounded_to_powers_of_two_by_ratio(int m, int n, int k, String text) {
    assertThat(new ProductClass(false, false, m, n, k)).hasToString(text);
  }

  @Test
  void a_class_is_read_back_as_it_was_written() {
    for (ProductClass product :
        List.of(product("TN", 1000, 32, 500), product("NT", 10, 200, 1), product("TT", 3, 5, 7))) {
      assertThat(ProductClass.parse(product.toString())).isEqualTo(product);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "NN", "XN 1x1x1", "NN 0x1x1", "NN 1x1", "NN 1x1x99999999999"})
  void what_is_no_class_is_refused(String text) {
    assertThatThrownBy(() -> ProductClass.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_product_gets_what_was_measured_nearest_to_it() {
    Tuning tuning =
        tuning(Map.of(product("NN", 1024, 128, 1024), ONE, product("NN", 1024, 32, 1024), TWO));
    assertThat(tuning.tile(product("NN", 1000, 128, 784))).contains(ONE);
    assertThat(tuning.tile(product("NN", 1000, 40, 784))).contains(TWO);
    assertThat(tuning.tile(product("NN", 500, 256, 784))).contains(ONE);
    assertThat(tuning.tile(product("NN", 1000, 64, 784)))
        .as("of equally near ones the first in order")
        .contains(TWO);
  }

  @Test
  void a_product_far_from_all_that_was_measured_gets_what_is_shipped() {
    Tuning tuning = tuning(Map.of(product("NN", 1024, 128, 1024), ONE));
    for (ProductClass far :
        List.of(
            product("NN", 1024, 1024, 1024),
            product("NN", 512, 64, 512),
            product("TN", 1024, 128, 1024),
            product("NT", 1024, 128, 1024))) {
      assertThat(tuning.tile(far)).as("%s", far).contains(CpuTile.SIXTEEN_REGISTERS);
    }
  }

  @Test
  void the_tiles_to_be_built_are_all_that_products_with_such_operands_may_get() {
    Tuning tuning =
        tuning(
            Map.of(
                product("NN", 1024, 128, 1024),
                ONE,
                product("NN", 8, 8, 8),
                ONE,
                product("TN", 1024, 32, 1024),
                TWO));
    assertThat(tuning.tiles(false, false)).containsExactly(CpuTile.SIXTEEN_REGISTERS, ONE);
    assertThat(tuning.tiles(true, false)).containsExactly(CpuTile.SIXTEEN_REGISTERS, TWO);
    assertThat(tuning.tiles(false, true)).containsExactly(CpuTile.SIXTEEN_REGISTERS);
  }

  @ParameterizedTest
  @EnumSource
  void parameters_by_name_give_their_tile_back(Family family) {
    for (GemmTile tile : GemmTile.candidates(named("any"), family, true)) {
      assertThat(GemmTile.of(family, tile.named())).isEqualTo(tile);
    }
  }

  @ParameterizedTest
  @EnumSource
  void parameters_that_are_unknown_missing_or_of_another_kind_are_refused(Family family) {
    GemmTile tile = GemmTile.candidates(named("any"), family, false).get(0);
    for (String name : tile.named().keySet()) {
      for (Object wrong : new Object[] {"6", 6.5, -1, 1 << 20, Long.MAX_VALUE, true, List.of()}) {
        refused(family, changed(tile, name, wrong));
      }
      Map<String, Object> missing = new LinkedHashMap<>(tile.named());
      missing.remove(name);
      refused(family, missing);
    }
    refused(family, changed(tile, "unknown", 1));
  }

  private static Map<String, Object> changed(GemmTile tile, String name, Object value) {
    Map<String, Object> changed = new LinkedHashMap<>(tile.named());
    changed.put(name, value);
    return changed;
  }

  private static void refused(Family family, Map<String, Object> parameters) {
    try {
      GemmTile tile = GemmTile.of(family, parameters);
      assertThat(GemmTile.candidates(named("any"), family, true))
          .as("%s is possible, but no table may hold it", parameters)
          .doesNotContain(tile);
      assertThat(tile.named()).isEqualTo(parameters);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @Test
  void a_matrix_no_wider_than_a_panel_is_its_own_panel() {
    CpuTile tile = CpuTile.THIRTY_TWO_REGISTERS;
    assertThat(tile.vectorsIn(16)).isEqualTo(1);
    assertThat(tile.vectorsIn(64)).isEqualTo(4);
    assertThat(tile.vectorsIn(80)).isZero();
    assertThat(tile.vectorsIn(1)).isZero();
    assertThat(CpuTile.SIXTEEN_REGISTERS.vectorsIn(16)).isEqualTo(2);
  }

  private static Tuning tuning(Map<ProductClass, GemmTile> measured) {
    return Tuning.shipped(named("any"), Family.CPU).with(measured);
  }

  private static ProductClass product(String operands, int m, int n, int k) {
    return new ProductClass(operands.charAt(0) == 'T', operands.charAt(1) == 'T', m, n, k);
  }

  private static GemmTile shipped(String name) {
    return Tuning.shipped(named(name), Family.CPU).tile(product("NN", 1, 1, 1)).orElseThrow();
  }

  private static Device named(String name) {
    return new Device(
        0,
        0,
        "platform",
        name,
        DeviceType.CPU,
        "1",
        "OpenCL 3.0",
        "1.2",
        2,
        1,
        1,
        32 << 10,
        256,
        null);
  }
}
