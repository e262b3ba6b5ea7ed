package org.prunecl.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A table of plain text, columns two spaces apart. Above a rule stand up to three lines: titles of
 * groups of columns, the columns' names, their units. Lines have no trailing blanks. A cell may
 * hold ANSI colour sequences; they take no width.
 */
final class TextTable {
  private static final String GAP = "  ";
  private static final Pattern COLOUR = Pattern.compile("\u001B\\[[0-9;]*m");

  private record Column(String name, String unit, boolean right) {}

  private record Group(String title, int first, int last) {}

  private final List<Column> columns = new ArrayList<>();
  private final List<Group> groups = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  /** Adds a column of words, aligned to the left. */
  TextTable words(String name) {
    columns.add(new Column(name, "", false));
    return this;
  }

  /**
   * Adds a column of numbers, aligned to the right.
   *
   * @param unit stands below the name; empty for a count
   */
  TextTable numbers(String name, String unit) {
    columns.add(new Column(name, unit, true));
    return this;
  }

  /** Puts a title over the last so many columns that were added. */
  TextTable group(String title, int width) {
    groups.add(new Group(title, columns.size() - width, columns.size() - 1));
    return this;
  }

  /** Adds a row: one cell per column. */
  TextTable row(List<String> cells) {
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException(
          cells.size() + " cells for " + columns.size() + " columns");
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  /** The table, every line ending in a newline. */
  @Override
  public String toString() {
    int[] widths = widths();
    StringBuilder text = new StringBuilder();
    if (!groups.isEmpty()) {
      line(text, groupLine(widths));
    }
    line(text, join(columns.stream().map(Column::name).toList(), widths));
    if (columns.stream().anyMatch(column -> !column.unit().isEmpty())) {
      line(text, join(columns.stream().map(Column::unit).toList(), widths));
    }
    line(text, "-".repeat(Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1)));
    rows.forEach(row -> line(text, join(row, widths)));
    return text.toString();
  }

  private int[] widths() {
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      int column = i;
      widths[i] = Math.max(columns.get(i).name().length(), columns.get(i).unit().length());
      widths[i] =
          rows.stream().mapToInt(row -> width(row.get(column))).reduce(widths[i], Math::max);
    }
    for (Group group : groups) {
      // The first column of a group makes room for a title wider than the group.
      widths[group.first()] += Math.max(0, group.title().length() - span(group, widths));
    }
    return widths;
  }

  private static int span(Group group, int[] widths) {
    int cells = Arrays.stream(widths, group.first(), group.last() + 1).sum();
    return cells + GAP.length() * (group.last() - group.first());
  }

  private String groupLine(int[] widths) {
    StringBuilder line = new StringBuilder();
    for (Group group : groups) {
      int start = Arrays.stream(widths, 0, group.first()).sum() + GAP.length() * group.first();
      line.append(" ".repeat(start - line.length()));
      int dashes = span(group, widths) - group.title().length() - 2;
      if (dashes < 2) {
        line.append(group.title());
      } else {
        line.append("-".repeat(dashes / 2)).append(' ').append(group.title()).append(' ');
        line.append("-".repeat(dashes - dashes / 2));
      }
    }
    return line.toString();
  }

  private String join(List<String> cells, int[] widths) {
    List<String> padded = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      String blanks = " ".repeat(widths[i] - width(cells.get(i)));
      padded.add(columns.get(i).right() ? blanks + cells.get(i) : cells.get(i) + blanks);
    }
    return String.join(GAP, padded);
  }

  private static int width(String cell) {
    return COLOUR.matcher(cell).replaceAll("").length();
  }

  private static void line(StringBuilder text, String line) {
    text.append(line.stripTrailing()).append('\n');
  }
}
