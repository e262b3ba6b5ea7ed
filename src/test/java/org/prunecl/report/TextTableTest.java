package org.prunecl.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TextTableTest {
  @Test
  void words_stand_left_and_numbers_right_with_their_units_below_the_name() {
    assertThat(
            new TextTable()
                .words("form")
                .numbers("time", "ms")
                .row(List.of("dense", "12.000"))
                .row(List.of("csr", "3.500"))
                .toString())
        .isEqualTo(
            """
            form     time
                       ms
            -------------
            dense  12.000
            csr     3.500
            """);
  }

  @Test
  void a_group_has_its_title_over_its_columns() {
    assertThat(
            new TextTable()
                .numbers("a", "")
                .numbers("first", "")
                .numbers("second", "")
                .group("both", 2)
                .numbers("b", "")
                .group("wide title", 1)
                .row(List.of("1", "2", "3", "4"))
                .toString())
        .isEqualTo(
            """
               --- both ----  wide title
            a  first  second           b
            ----------------------------
            1      2       3           4
            """);
  }

  @Test
  void colour_takes_no_width() {
    assertThat(
            new TextTable()
                .numbers("x", "")
                .row(List.of("\u001B[32m9.00\u001B[0m"))
                .row(List.of("10.00"))
                .toString())
        .isEqualTo("    x\n-----\n \u001B[32m9.00\u001B[0m\n10.00\n");
  }

  @Test
  void a_table_without_rows_is_its_heading() {
    assertThat(new TextTable().words("name").toString()).isEqualTo("name\n----\n");
  }

  @Test
  void a_row_of_another_length_is_refused() {
    assertThatThrownBy(() -> new TextTable().words("name").row(List.of("a", "b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 cells for 1 columns");
  }
}
