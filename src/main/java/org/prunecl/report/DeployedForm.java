package org.prunecl.report;

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
          default -> method;
        };
    return new DeployedForm(pruned, Sweep.deployed(method));
  }

  /** The parameters' size in this form. */
  long bytes(Trial.Bytes bytes) {
    return execution.equals("compact") ? bytes.compact() : bytes.sparse();
  }
}
