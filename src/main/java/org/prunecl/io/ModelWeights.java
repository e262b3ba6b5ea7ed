package org.prunecl.io;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network as a file holds it: convolutions and fully connected layers with a ReLU after each but
 * the last, before the pooling. A convolution's output is flattened where a fully connected layer
 * follows.
 *
 * @param layers from input to output, at least one; each takes what the one before gives; the names
 *     differ
 * @param normalize how pixels became inputs when it was trained, or null if that isn't known
 * @param extra whatever else is to be remembered, strings by name
 */
public record ModelWeights(List<LayerWeights> layers, String normalize, Map<String, String> extra) {
  /** Checks that the layers chain. */
  public ModelWeights {
    layers = List.copyOf(layers);
    extra = Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("no layers");
    }
    for (int i = 1; i < layers.size(); i++) {
      if (!layers.get(i).follows(layers.get(i - 1))) {
        throw new IllegalArgumentException(
            "layer %s takes %d values, the one before gives %d, or other images"
                .formatted(
                    layers.get(i).name(),
                    layers.get(i).inputFeatures(),
                    layers.get(i - 1).outputFeatures()));
      }
    }
  }

  /** Values that the first layer takes. */
  public int inputs() {
    return layers.get(0).inputFeatures();
  }

  /** Whether there is a convolution in it. */
  boolean convolves() {
    return layers.stream().anyMatch(layer -> layer.convolution() != null);
  }

  /** Classes that the last layer tells apart. */
  public int classes() {
    return layers.get(layers.size() - 1).outputFeatures();
  }
}
