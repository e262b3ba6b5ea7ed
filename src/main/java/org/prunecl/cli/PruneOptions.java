package org.prunecl.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** How many weights are pruned, and which of them compete. Defaults stand in the recipe. */
final class PruneOptions {
  /** What methods are made of; see {@link org.prunecl.prune.Method}. */
  static final String METHODS =
      "of magnitude (the default), magnitude-l1, random, largest, gradient or taylor, and weight,"
          + " unit (or filter), blockRxC or N:M; such as weight, random-unit, gradient-block4x4,"
          + " 2:4.";

  @Option(
      names = "--selection",
      paramLabel = "count|percentile|round",
      description =
          "Exactly int(n*s) smallest, those strictly below the percentile, or all but"
              + " max(round(n*(1-s)), 1).")
  private String selection;

  @Option(names = "--include-output", negatable = true, description = "Prune the output layer too.")
  private Boolean includeOutput;

  @Option(
      names = "--scope",
      paramLabel = "layer|global",
      description = "Every layer alone, or all layers in one ranking.")
  private String scope;

  @Option(
      names = "--exclude",
      split = ",",
      paramLabel = "LAYER",
      description = "Names of layers that are left alone, such as fc1.")
  private List<String> exclude;

  @Option(
      names = "--fractions",
      split = ",",
      paramLabel = "LAYER=FRACTION",
      description = "Shares of layers in place of the sparsity, such as fc1=0.9,fc2=0.5.")
  private Map<String, Double> fractions;

  /** Lays the options that were given over a recipe's {@code prune}. */
  void lay(ObjectNode prune) {
    if (selection != null) {
      prune.put("selection", selection);
    }
    if (includeOutput != null) {
      prune.put("include_output", includeOutput);
    }
    if (scope != null) {
      prune.put("scope", scope);
    }
    if (exclude != null) {
      ArrayNode names = prune.putArray("exclude");
      exclude.forEach(names::add);
    }
    if (fractions != null) {
      ObjectNode shares = prune.putObject("fractions");
      fractions.forEach(shares::put);
    }
  }
}
