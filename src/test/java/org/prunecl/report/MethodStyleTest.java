package org.prunecl.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class MethodStyleTest {
  @Test
  void methods_of_a_chart_differ_in_colour_and_in_marker() {
    List<String> methods =
        List.of("weight", "random-weight", "unit", "largest-weight", "taylor-unit", "2:4");
    List<MethodStyle> styles =
        methods.stream().map(method -> MethodStyle.of(method, methods)).toList();
    assertThat(styles).extracting(MethodStyle::colour).doesNotHaveDuplicates();
    assertThat(styles).extracting(MethodStyle::marker).doesNotHaveDuplicates();
  }

  @Test
  void weights_and_units_look_the_same_in_every_chart() {
    assertThat(MethodStyle.of("weight", List.of("weight")))
        .isEqualTo(MethodStyle.of("weight", List.of("2:4", "unit", "weight")));
    assertThat(MethodStyle.of("unit", List.of("unit")))
        .isEqualTo(MethodStyle.of("unit", List.of("2:4", "unit", "weight")));
  }

  @Test
  void more_methods_than_there_are_styles_begin_again() {
    List<String> methods = List.of("1:2", "1:3", "1:4", "1:5", "1:6", "1:7", "1:8", "1:9", "1:10");
    assertThat(MethodStyle.of("1:9", methods)).isEqualTo(MethodStyle.of("1:2", methods));
    assertThat(MethodStyle.of("1:8", methods)).isNotEqualTo(MethodStyle.of("1:2", methods));
  }
}
