package org.prunecl.lab;

import java.util.List;
import org.prunecl.io.ModelSize;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Network;
import org.prunecl.prune.Compaction;
import org.prunecl.prune.Pruning;

/**
 * A pruned network in host memory.
 *
 * @param layers its parameters, compacted if asked for
 * @param pruning what was asked for
 * @param achievedSparsity the share of zeros in the prunable layers, before compaction
 */
public record PrunedModel(List<LayerParameters> layers, Pruning pruning, double achievedSparsity) {
  /**
   * What {@code prune --json} prints.
   *
   * @param method what was pruned: {@code weight} or {@code unit}
   * @param sparsity the share that was asked for
   * @param achievedSparsity the share of zeros in the prunable layers, before compaction
   * @param parameters weights and biases in the file
   * @param nonzero those of them that are not zero
   * @param file what the file takes on disk
   */
  public record Summary(
      String method,
      double sparsity,
      double achievedSparsity,
      long parameters,
      long nonzero,
      ModelSize file) {}

  /** What became of the network, saved in a file of that size. */
  public Summary summary(ModelSize file) {
    return new Summary(
        pruning.method().label(),
        pruning.sparsity(),
        achievedSparsity,
        layers.stream().mapToLong(LayerParameters::parameters).sum(),
        layers.stream().mapToLong(LayerParameters::nonzeros).sum(),
        file);
  }

  /** What pruning such a network needs of a device: the network and its copy. */
  public static Workload workload(List<LayerParameters> layers) {
    long bytes = layers.stream().mapToLong(LayerParameters::parameters).sum() * Float.BYTES;
    long largest =
        layers.stream().mapToLong(LayerParameters::parameters).max().orElseThrow() * Float.BYTES;
    return new Workload(3 * bytes, largest, Pruning::prepare);
  }

  /** Prunes a network on the device. */
  public static PrunedModel of(
      DeviceSession session, List<LayerParameters> layers, Pruning pruning, boolean compact) {
    try (Network network = Network.of(session.backend(), layers);
        Network masked = pruning.prune(network)) {
      List<LayerParameters> pruned = masked.read();
      List<LayerParameters> kept = compact ? Compaction.compact(pruned) : pruned;
      return new PrunedModel(kept, pruning, pruning.achievedSparsity(pruned));
    }
  }
}
