package org.prunecl.report;

import org.prunecl.lab.SmallDense;
import org.prunecl.lab.Sweep;
import org.prunecl.lab.Trial;

/**
 * The form a pruned network is deployed in, and what its method prunes.
 *
 * @param pruned what is pruned, as a sentence begins: {@code Weights}
 * @param execution the form's name in {@link org.prunecl.lab.Latency#execution()}
 */
record DeployedForm(String pruned, String execution) {
  /** The form of networks pruned by that method. */
  static DeployedForm of(String method) {
    String pruned =
        switch (method) {
          case "weight" -> "Weights";
          case "unit" -> "Units";
          case "filter" -> "Filters";
          case SmallDense.METHOD -> "Small dense";
          default -> method;
        };
    return new DeployedForm(pruned, Sweep.deployed(method));
  }

  /** Whether the network is no pruned one but a small dense one. */
  boolean control() {
    return pruned.equals("Small dense");
  }

  /** What was done, as a title begins: {@code Weights pruned}. */
  String label() {
    return control() ? pruned : pruned + " pruned";
  }

  /** What its speedup is measured against, by its name as an execution. */
  String reference() {
    return control() ? "unpruned" : "dense";
  }

  /** The parameters' size in this form. */
  long bytes(Trial.Bytes bytes) {
    return switch (execution) {
      case "compact" -> bytes.compact();
      case "dense" -> bytes.dense();
      default -> bytes.sparse();
    };
  }
}
