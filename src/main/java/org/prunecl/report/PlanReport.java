package org.prunecl.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.prunecl.lab.PlanResults;
import org.prunecl.nn.Form;

/** The form of each layer as text: one table, then why each was chosen. */
public final class PlanReport {
  private PlanReport() {}

  /**
   * The report, every line ending in a newline.
   *
   * @param colour whether gains are shown in green by ANSI sequences
   */
  public static String text(PlanResults results, boolean colour) {
    StringBuilder text = new StringBuilder();
    text.append(results.device().name())
        .append(", batch ")
        .append(results.batch())
        .append(", peak ")
        .append(Figures.decimal(results.peakGflops(), 0))
        .append(" GFLOP/s; times are medians of one product in each form, ms\n\n");
    text.append(table(results, colour)).append('\n');
    for (PlanResults.Layer layer : results.layers()) {
      text.append(reason(layer)).append('\n');
    }
    if (results.oneLaunchMs() != null) {
      text.append(launches(results)).append('\n');
    }
    return text.toString();
  }

  /** Of whole batches, what waking the device's threads costs included. */
  private static String launches(PlanResults results) {
    String times =
        "%s ms a %s, %s layer by layer"
            .formatted(
                Figures.milliseconds(results.oneLaunchMs()),
                results.batch() == 1 ? "sample" : "batch",
                Figures.milliseconds(results.layersMs()));
    return results.oneLaunchMs() < results.layersMs()
        ? "All layers run in one launch: " + times + "."
        : "Each layer has its own launch; all in one would not be faster: " + times + ".";
  }

  private static TextTable table(PlanResults results, boolean colour) {
    Set<String> forms = new LinkedHashSet<>();
    for (Form form : Form.values()) {
      if (results.layers().stream().anyMatch(l -> l.medianMs().containsKey(form.label()))) {
        forms.add(form.label());
      }
    }
    TextTable table =
        new TextTable()
            .words("layer")
            .words("shape")
            .numbers("sparsity", "%")
            .numbers("zero inputs", "%")
            .words("form")
            .numbers("speedup", "times")
            .numbers("of limit", "%")
            .numbers("crossover", "%");
    forms.forEach(form -> table.numbers(form, "ms"));
    for (PlanResults.Layer layer : results.layers()) {
      List<String> cells = new ArrayList<>();
      cells.add(layer.layer());
      cells.add(shape(layer));
      cells.add(Figures.percent(layer.sparsity(), 1));
      cells.add(Figures.percent(layer.zeroInputs(), 0));
      cells.add(layer.form());
      cells.add(Figures.speedup(layer.speedup(), 1, colour));
      cells.add(Figures.percent(layer.shareOfLimit(), 0));
      cells.add(layer.crossover() == null ? Figures.NONE : Figures.percent(layer.crossover(), 1));
      for (String form : forms) {
        Double ms = layer.medianMs().get(form);
        cells.add(ms == null ? Figures.NONE : Figures.milliseconds(ms));
      }
      table.row(cells);
    }
    return table;
  }

  /** Of the weights, and how often each is used where that isn't once. */
  private static String shape(PlanResults.Layer layer) {
    String weights = layer.rows() + "x" + layer.cols();
    return layer.positions() == 1 ? weights : weights + " at " + layer.positions();
  }

  private static String reason(PlanResults.Layer layer) {
    String why =
        Form.sparse(layer.form())
            ? layer.form() + ", " + Figures.decimal(layer.speedup(), 2) + " times faster than dense"
            : layer.form() + ", no sparse form is faster";
    return layer.layer()
        + ": "
        + why
        + (layer.crossover() == null
            ? "; at no sparsity tried does a sparse form stay faster."
            : "; sparse pays from " + Figures.percent(layer.crossover(), 0) + " % sparsity on.");
  }
}
