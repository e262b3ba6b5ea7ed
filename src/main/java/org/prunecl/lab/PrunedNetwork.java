package org.prunecl.lab;

import java.util.List;
import org.prunecl.nn.LayerTable;

/**
 * The network that a training run pruned while or after it trained.
 *
 * @param seed the seed that it was trained with
 * @param method what was pruned together, and by which score
 * @param sparsity the share that was asked for
 * @param achievedSparsity the share of zeros in the layers that are pruned
 * @param accuracy share of test images classified correctly, 0 to 1
 * @param loss mean cross-entropy on the test images
 * @param trainSeconds wall time of the epochs under masks
 * @param bytes of its file
 * @param gzipBytes of its file, gzipped
 * @param layers its weight tensors
 * @param summary all its layers, as Keras shows them
 */
public record PrunedNetwork(
    long seed,
    String method,
    double sparsity,
    double achievedSparsity,
    double accuracy,
    double loss,
    double trainSeconds,
    long bytes,
    long gzipBytes,
    List<WeightTensor> layers,
    List<LayerTable.Row> summary) {}
