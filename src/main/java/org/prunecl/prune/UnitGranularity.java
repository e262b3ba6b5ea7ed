package org.prunecl.prune;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.prunecl.nn.Layer;
import org.prunecl.nn.LayerMasks;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Magnitude;
import org.prunecl.ops.Mask;

/**
 * Output units, of a convolution its filters, with all their incoming weights and their bias.
 *
 * @param label {@code unit} or {@code filter}, which mean the same
 */
record UnitGranularity(String label) implements GroupGranularity {
  static Optional<Granularity> parse(String text) {
    return List.of("unit", "filter").contains(text)
        ? Optional.of(new UnitGranularity(text))
        : Optional.empty();
  }

  @Override
  public boolean wholeUnits() {
    return true;
  }

  @Override
  public Groups groups(int outputs, int inputs) {
    return new Groups(
        IntStream.range(0, outputs)
            .mapToObj(unit -> IntStream.range(unit * inputs, (unit + 1) * inputs).toArray())
            .toList(),
        true);
  }

  @Override
  public LayerMasks masks(Backend backend, Layer layer, Groups groups, boolean[] keep) {
    Magnitude magnitude = new Magnitude(backend);
    Mask weights = magnitude.rows(layer.weights(), keep);
    try {
      return new LayerMasks(
          weights, layer.bias() == null ? null : magnitude.rows(layer.bias(), keep));
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }
}
