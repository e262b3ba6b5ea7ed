package org.prunecl.lab;

import java.util.List;

/**
 * One pruned network: a method at a sparsity.
 *
 * @param method as {@link org.prunecl.prune.Method#parse} reads it
 * @param sparsity the share that was asked for, over the prunable layers, 0 to 1
 * @param achievedSparsity the share of zeros in the same layers
 * @param nonzero non-zero weights and biases of the whole network
 * @param accuracy share of test images classified correctly, through the form that would be
 *     deployed
 * @param loss mean cross-entropy on the test images, through the same form
 * @param bytes size of the network's parameters in each form
 * @param theoreticalSpeedup multiply-adds of the dense network divided by those the form executes
 * @param accuracies the same accuracy through every form: they agree but for rounding
 * @param latency measured times, one entry per batch size and execution
 */
public record Trial(
    String method,
    double sparsity,
    double achievedSparsity,
    long nonzero,
    double accuracy,
    double loss,
    Bytes bytes,
    double theoreticalSpeedup,
    Accuracies accuracies,
    List<Latency> latency) {

  /**
   * Bytes of the network's parameters in each form.
   *
   * @param dense every weight as float32
   * @param sparse as a model file's sparse encoding holds them: see {@link
   *     org.prunecl.io.Encoding#SPARSE}
   * @param compact the smaller dense network without dead units
   */
  public record Bytes(long dense, long sparse, long compact) {}

  /**
   * Shares of test images classified correctly by the same pruned network in each form.
   *
   * @param dense zeros multiplied like all others
   * @param csr hidden layers in CSR
   * @param compact without dead units
   */
  public record Accuracies(double dense, double csr, double compact) {}

  /** Makes the list unmodifiable. */
  public Trial {
    latency = List.copyOf(latency);
  }
}
