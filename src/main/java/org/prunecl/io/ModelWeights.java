package org.prunecl.io;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A multi-layer perceptron as a file holds it: fully connected layers with a ReLU after each but
 * the last.
 *
 * @param layers from input to output, at least one; each takes as many inputs as the one before has
 *     outputs; the names differ
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
      if (layers.get(i).inputs() != layers.get(i - 1).outputs()) {
        throw new IllegalArgumentException(
            "layer %s takes %d inputs, the one before has %d outputs"
                .formatted(
                    layers.get(i).name(), layers.get(i).inputs(), layers.get(i - 1).outputs()));
      }
    }
  }

  /** Values that the first layer takes. */
  public int inputs() {
    return layers.get(0).inputs();
  }

  /** Classes that the last layer tells apart. */
  public int classes() {
    return layers.get(layers.size() - 1).outputs();
  }
}
