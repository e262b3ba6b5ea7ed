package org.prunecl.lab;

import java.util.List;
import org.prunecl.data.LabelledImages;
import org.prunecl.data.Normalization;
import org.prunecl.io.ModelSize;
import org.prunecl.nn.LayerParameters;
import org.prunecl.nn.Network;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Samples;
import org.prunecl.prune.Calibration;
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
   * @param method what was pruned together, and by which score
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

  /**
   * Training images on which a criterion takes gradients.
   *
   * @param images of which the first are taken
   * @param normalization how their pixels become inputs
   */
  public record Images(LabelledImages images, Normalization normalization) {
    private Calibration upload(Backend backend, Scope owner) {
      return DeviceData.calibration(backend, images, normalization, owner);
    }
  }

  /**
   * What pruning such a network needs of a device.
   *
   * @param images for criteria that need gradients, else null
   */
  public static Workload workload(Pruning pruning, List<LayerParameters> layers, Images images) {
    int calibration = images == null ? 0 : DeviceData.calibration(images.images());
    long samples =
        images == null ? 0 : Samples.bytes(calibration, images.images().pixelsPerImage());
    // The network beside its scores, then beside its copy.
    long bytes =
        Network.bytes(layers)
            + samples
            + Math.max(Network.bytes(layers), pruning.bytes(layers, calibration));
    long largest =
        layers.stream()
            .mapToLong(layer -> Matrix.bytes(layer.outputs(), layer.inputs()))
            .max()
            .orElseThrow();
    return new Workload(
        bytes,
        largest,
        backend -> {
          Pruning.prepare(backend);
          if (images != null) {
            Pruning.prepareGradients(backend, layers, calibration);
          }
        });
  }

  /**
   * Prunes a network on the device.
   *
   * @param images for criteria that need gradients, else null
   */
  public static PrunedModel of(
      DeviceSession session,
      List<LayerParameters> layers,
      Pruning pruning,
      Images images,
      boolean compact) {
    try (Scope owner = new Scope()) {
      Network network = owner.own(Network.of(session.backend(), layers));
      Calibration calibration = images == null ? null : images.upload(session.backend(), owner);
      Network masked = owner.own(pruning.prune(network, calibration));
      List<LayerParameters> pruned = masked.read();
      List<LayerParameters> kept = compact ? Compaction.compact(pruned) : pruned;
      return new PrunedModel(kept, pruning, pruning.achievedSparsity(pruned));
    }
  }
}
