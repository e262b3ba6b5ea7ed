package org.prunecl.lab;

import java.util.List;
import java.util.Optional;

/**
 * One pruned network: a method at a sparsity.
 *
 * @param method as {@link org.prunecl.prune.Method#parse} reads it, or {@value SmallDense#METHOD}
 *     for a small network trained from scratch
 * @param seed the seed that the network was trained with
 * @param sparsity the share that was asked for, over the prunable layers, 0 to 1
 * @param achievedSparsity the share of zeros in the same layers; of a small dense network, the
 *     share of their weights that it does without
 * @param nonzero non-zero weights and biases of the whole network
 * @param accuracy share of test images classified correctly, through the form that would be
 *     deployed
 * @param loss mean cross-entropy on the test images, through the same form
 * @param bytes size of the network's parameters in each form
 * @param theoreticalSpeedup multiply-adds of the dense network divided by those the form executes
 * @param compression how many times as large the unpruned network is
 * @param accuracies the same accuracy through every form: they agree but for rounding
 * @param latency measured times, one entry per batch size and execution
 */
public record Trial(
    String method,
    long seed,
    double sparsity,
    double achievedSparsity,
    long nonzero,
    double accuracy,
    double loss,
    Bytes bytes,
    double theoreticalSpeedup,
    Compression compression,
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
   * @param csr hidden layers in CSR; null when not executed so
   * @param compact without dead units; null when not executed so
   */
  public record Accuracies(double dense, Double csr, Double compact) {}

  /** Makes the list unmodifiable; a file of an earlier version has no compression ratios. */
  public Trial {
    latency = List.copyOf(latency);
    if (compression == null) {
      compression = Compression.of(bytes.dense() / Float.BYTES, bytes, nonzero);
    }
  }

  /** What the forms are compared with: dense, or the unpruned network where it was timed. */
  public String reference() {
    return latency.stream().anyMatch(time -> time.execution().equals(Forms.UNPRUNED))
        ? Forms.UNPRUNED
        : Forms.DENSE;
  }

  /** The time of a form, if it was measured. */
  public Optional<Latency> latency(int batch, String execution) {
    return latency.stream()
        .filter(time -> time.batch() == batch && time.execution().equals(execution))
        .findFirst();
  }

  /**
   * How many times as fast as the reference timed beside it a form is.
   *
   * @throws java.util.NoSuchElementException when either was not timed
   */
  public double speedup(int batch, String execution) {
    return latency(batch, reference()).orElseThrow().medianMs()
        / latency(batch, execution).orElseThrow().medianMs();
  }
}
