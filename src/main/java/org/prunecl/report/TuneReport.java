package org.prunecl.report;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.prunecl.lab.TuneResults;
import org.prunecl.lab.TuneResults.Choice;
import org.prunecl.lab.TuneResults.Refusal;

/** What a search for parameters found, as text: one table, then what was passed over. */
public final class TuneReport {
  private TuneReport() {}

  /**
   * The report, every line ending in a newline. Classes are operands (N as stored, T transposed)
   * and M x N x K.
   *
   * @param colour whether gains are shown in green by ANSI sequences
   */
  public static String text(TuneResults results, boolean colour) {
    long changed = results.products().stream().filter(Choice::changed).count();
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "%s: %d of %d classes of products run clearly faster with other parameters than the"
                + " default's.%n%n",
            results.device().name(), changed, results.products().size()));
    text.append(table(results, colour));
    if (!results.refused().isEmpty()) {
      text.append('\n');
    }
    for (Refusal refusal : results.refused()) {
      text.append(
          String.format(
              "Passed over for %s: %s: %s%n",
              refusal.product(), parameters(refusal.parameters()), refusal.reason()));
    }
    return text.append("\nUse them with --tuned. Stored in ")
        .append(results.file())
        .append('\n')
        .toString();
  }

  private static TextTable table(TuneResults results, boolean colour) {
    TextTable table =
        new TextTable()
            .words("product")
            .numbers("default", "ms")
            .numbers("best", "ms")
            .numbers("low", "ms")
            .numbers("high", "ms")
            .numbers("gain", "times")
            .words("parameters");
    for (Choice choice : results.products()) {
      table.row(
          List.of(
              choice.product(),
              Figures.milliseconds(choice.defaultMs()),
              Figures.milliseconds(choice.medianMs()),
              Figures.milliseconds(choice.lowMs()),
              Figures.milliseconds(choice.highMs()),
              Figures.speedup(choice.defaultMs(), choice.medianMs(), colour),
              choice.changed() ? parameters(choice.parameters()) : "default"));
    }
    return table;
  }

  private static String parameters(Map<String, Object> parameters) {
    return parameters.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }
}
