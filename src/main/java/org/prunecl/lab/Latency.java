package org.prunecl.lab;

import java.util.List;

/**
 * Wall time of one inference of the whole network, from a batch in host memory to logits in host
 * memory, sides alternating.
 *
 * @param batch images per inference
 * @param execution {@code dense}, {@code csr}, {@code compact}, {@code auto}, or {@code unpruned}
 *     for the network that a small dense one is compared with
 * @param medianMs median of the rounds, milliseconds
 * @param lowMs lower quartile, milliseconds
 * @param highMs upper quartile, milliseconds
 * @param deviceMs median of the device's own event times, milliseconds; null where the device's
 *     clock is not plausible
 * @param runs number of rounds
 * @param forms the form of each layer that was executed, in order
 * @param oneLaunch whether all layers ran in one launch; null in a file of an earlier version
 */
public record Latency(
    int batch,
    String execution,
    double medianMs,
    double lowMs,
    double highMs,
    Double deviceMs,
    int runs,
    List<String> forms,
    Boolean oneLaunch) {
  /** Makes the list unmodifiable; a file of an earlier version has none. */
  public Latency {
    forms = forms == null ? List.of() : List.copyOf(forms);
  }
}
