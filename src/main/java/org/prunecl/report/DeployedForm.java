package org.prunecl.report;

import org.prunecl.lab.Trial;

/**
 * The form a pruned network is deployed in, and what its method prunes.
 *
 * @param pruned what is pruned, as a sentence begins: {@code Weights}
 * @param execution the form's name in {@link org.prunecl.lab.Latency#execution()}
 */
record DeployedForm(String pruned, String execution) {
  /** The form of networks pruned by that method: compact for units, CSR for all others. */
  static DeployedForm of(String method) {
    return switch (method) {
      case "weight" -> new DeployedForm("Weights", "csr");
      case "unit" -> new DeployedForm("Units", "compact");
      default -> new DeployedForm(method, "csr");
    };
  }

  /** The parameters' size in this form. */
  long bytes(Trial.Bytes bytes) {
    return execution.equals("compact") ? bytes.compact() : bytes.sparse();
  }
}
