package org.prunecl.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The rows of a suite for people. */
final class Table {
  private static final List<String> HEADER =
      List.of(
          "case",
          "Mflop",
          "ours ms",
          "peer",
          "peer ms",
          "ratio",
          "low",
          "high",
          "of limit",
          "note");

  private Table() {}

  /**
   * Lines of aligned columns, the columns' names first.
   *
   * @param rows in the order of {@code measured}
   */
  static List<String> lines(List<Row> rows, List<Measured> measured) {
    List<List<String>> cells = new ArrayList<>(List.of(HEADER));
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      cells.add(
          List.of(
              row.name(),
              number("%.2f", row.mflop()),
              number("%.4f", row.oursMs()),
              row.peer() == null ? "-" : row.peer(),
              number("%.4f", row.peerMs()),
              number("%.2f", row.ratio()),
              number("%.2f", row.ratioLow()),
              number("%.2f", row.ratioHigh()),
              row.shareOfLimit() == null ? "-" : number("%.0f %%", 100 * row.shareOfLimit()),
              measured.get(i).note()));
    }
    return aligned(cells);
  }

  private static String number(String format, Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, format, value);
  }

  private static List<String> aligned(List<List<String>> cells) {
    int columns = HEADER.size();
    int[] widths = new int[columns];
    for (List<String> row : cells) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : cells) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        boolean words = i == 0 || i == 3 || i == columns - 1;
        line.append(i == 0 ? "" : "  ")
            .append(String.format("%" + (words ? "-" : "") + widths[i] + "s", row.get(i)));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
