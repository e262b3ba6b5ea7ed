package org.prunecl.report;

import java.util.List;
import java.util.stream.Collectors;
import org.prunecl.lab.Baseline;
import org.prunecl.lab.PrunedNetwork;
import org.prunecl.lab.Results;
import org.prunecl.lab.Spread;
import org.prunecl.nn.LayerTable;

/** The network that a training run pruned, as text. */
final class TrainReport {
  private TrainReport() {}

  /** The figures of the pruned networks; layers and sizes are those of the first seed. */
  static String text(Results results) {
    PrunedNetwork pruned = results.pruned();
    Baseline baseline = results.baseline();
    List<PrunedNetwork> networks = results.prunedNetworks();
    return "Pruned: accuracy "
        + Figures.percent(Spread.of(networks.stream().map(PrunedNetwork::accuracy).toList()), 2)
        + " %, loss "
        + Figures.decimal(Spread.of(networks.stream().map(PrunedNetwork::loss).toList()).mean(), 4)
        + ", "
        + Figures.percentAsGiven(pruned.sparsity())
        + " % by "
        + pruned.method()
        + ".\n\n"
        + layers(pruned.summary())
        + "\n"
        + sizes(baseline, pruned);
  }

  private static TextTable layers(List<LayerTable.Row> rows) {
    TextTable table =
        new TextTable()
            .words("layer")
            .words("type")
            .words("output shape")
            .numbers("parameters", "")
            .numbers("non-zeros", "");
    for (LayerTable.Row row : rows) {
      table.row(
          List.of(
              row.name(),
              row.type(),
              row.outputShape().stream().map(String::valueOf).collect(Collectors.joining(" x ")),
              Figures.count(row.parameters()),
              Figures.count(row.nonzero())));
    }
    long parameters = rows.stream().mapToLong(LayerTable.Row::parameters).sum();
    long nonzero = rows.stream().mapToLong(LayerTable.Row::nonzero).sum();
    return table.row(List.of("total", "", "", Figures.count(parameters), Figures.count(nonzero)));
  }

  private static TextTable sizes(Baseline baseline, PrunedNetwork pruned) {
    return new TextTable()
        .words("model")
        .numbers("size", "bytes")
        .numbers("gzipped", "bytes")
        .row(
            List.of(
                "unpruned", Figures.count(baseline.bytes()), Figures.count(baseline.gzipBytes())))
        .row(List.of("pruned", Figures.count(pruned.bytes()), Figures.count(pruned.gzipBytes())));
  }
}
