package org.prunecl.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.prunecl.PruneClException.Kind;

final class MethodTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "weight",
        "unit",
        "filter",
        "block4x4",
        "block1x16",
        "2:4",
        "1:3",
        "random-weight",
        "random-2:4",
        "largest-unit",
        "magnitude-l1-unit",
        "magnitude-l1-block2x3",
        "gradient-block4x4",
        "gradient-filter",
        "taylor-unit"
      })
  void a_method_is_written_as_it_is_read(String text) {
    assertThat(Method.parse(text).label()).isEqualTo(text);
    assertThat(Method.parse(text)).isEqualTo(Method.parse(text));
  }

  @ParameterizedTest
  @CsvSource({"magnitude-weight, weight", "magnitude-unit, unit", "magnitude-2:4, 2:4"})
  void the_standard_criterion_may_be_named(String text, String label) {
    assertThat(Method.parse(text)).isEqualTo(Method.parse(label));
    assertThat(Method.parse(text).label()).isEqualTo(label);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "channel",
        "Weight",
        "weight-random",
        "random",
        "random-",
        "-weight",
        "random-random-weight",
        "block",
        "block0x4",
        "block4x",
        "block4x4x4",
        "block123456x1",
        "4:2",
        "2:2",
        "0:4",
        "2:",
        "2:4:8",
        "99999999999:4"
      })
  void what_is_no_method_is_refused_with_those_there_are(String text) {
    PruneException e = catchThrowableOfType(PruneException.class, () -> Method.parse(text));
    assertThat(e.kind()).isEqualTo(Kind.INPUT);
    assertThat(e.getMessage()).contains("'" + text + "'");
    assertThat(e.remedy()).contains("magnitude-l1", "taylor", "blockRxC").doesNotContain("\n");
  }

  @Test
  void only_units_leave_a_smaller_dense_network() {
    assertThat(Method.parse("random-unit").granularity().wholeUnits()).isTrue();
    assertThat(Method.parse("filter").granularity().wholeUnits()).isTrue();
    assertThat(Method.parse("block1000x1").granularity().wholeUnits()).isFalse();
    assertThat(Method.parse("2:4").granularity().wholeUnits()).isFalse();
  }

  @Test
  void n_of_m_prunes_one_share_only() {
    assertThat(Method.parse("2:4").prunes(0.5)).isTrue();
    assertThat(Method.parse("2:4").prunes(0.51)).isFalse();
    assertThat(Method.parse("1:3").prunes(0.667)).isTrue();
    assertThat(Method.parse("weight").prunes(0.123)).isTrue();
    PruneException e =
        catchThrowableOfType(
            PruneException.class,
            () -> new Pruning(Method.parse("1:4"), 0.9, Selection.COUNT, false));
    assertThat(e).hasMessageContaining("0.75").hasMessageContaining("0.9");
  }

  @Test
  void shares_of_layers_and_scope_go_together() {
    assertThatThrownBy(
            () ->
                new Pruning(
                    Method.WEIGHT,
                    Scope.GLOBAL,
                    0.5,
                    Selection.COUNT,
                    false,
                    Set.of(),
                    Map.of("fc1", 0.5),
                    1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new Pruning(
                    Method.WEIGHT,
                    Scope.FRACTIONS,
                    0.5,
                    Selection.COUNT,
                    false,
                    Set.of(),
                    Map.of("fc1", 1.5),
                    1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1.5");
  }
}
