package org.prunecl.lab;

import java.util.List;

/**
 * A trained network before pruning.
 *
 * @param seed the seed that it was trained with
 * @param accuracy share of test images classified correctly, 0 to 1
 * @param loss mean cross-entropy on the test images
 * @param trainSeconds wall time of the training, null when the model was loaded from a file
 * @param secondsPerStep median wall time of one training step, null when not measured (a loaded
 *     model, or too few steps)
 * @param parameters number of weights and biases
 * @param bytes of its file; null as the next two in files of earlier versions
 * @param gzipBytes of its file, gzipped
 * @param layers its weight tensors
 */
public record Baseline(
    long seed,
    double accuracy,
    double loss,
    Double trainSeconds,
    Double secondsPerStep,
    long parameters,
    Long bytes,
    Long gzipBytes,
    List<WeightTensor> layers) {}
