package org.prunecl.prune;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.prunecl.nn.LayerMasks;
import org.prunecl.ops.Mask;

/**
 * N of every M consecutive inputs of a unit are kept: those with the highest scores, of equal ones
 * the last. What is left at a row's end keeps N too, or all if there are no more (Mishra et al.,
 * 2021, for 2:4).
 *
 * @param kept N, at least 1
 * @param of M, more than N
 */
record NmGranularity(int kept, int of) implements Granularity {
  private static final Pattern TEXT = Pattern.compile("([1-9]\\d{0,3}):([1-9]\\d{0,3})");

  static Optional<Granularity> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int kept = Integer.parseInt(matcher.group(1));
    int of = Integer.parseInt(matcher.group(2));
    return kept < of ? Optional.of(new NmGranularity(kept, of)) : Optional.empty();
  }

  @Override
  public String label() {
    return kept + ":" + of;
  }

  @Override
  public OptionalDouble fixedShare() {
    return OptionalDouble.of(1 - (double) kept / of);
  }

  @Override
  public Optional<String> refusal(Scope scope) {
    return scope == Scope.LAYER
        ? Optional.empty()
        : Optional.of(
            label()
                + " prunes the same share of every row: layers neither compete nor have shares of"
                + " their own");
  }

  @Override
  public Optional<String> refusal(Schedule.Kind schedule) {
    return schedule.grows()
        ? Optional.of(label() + " prunes one share only: it can't grow step by step")
        : Optional.empty();
  }

  @Override
  public List<LayerMasks> masks(
      Criterion criterion, List<Candidate> layers, double sparsity, Selection selection) {
    List<LayerMasks> masks = new ArrayList<>();
    try {
      for (Candidate layer : layers) {
        masks.add(new LayerMasks(mask(criterion, layer), null));
      }
      return masks;
    } catch (RuntimeException e) {
      masks.forEach(LayerMasks::close);
      throw e;
    }
  }

  private Mask mask(Criterion criterion, Candidate layer) {
    float[] scores = WeightGranularity.read(criterion, layer);
    byte[] keep = new byte[scores.length];
    int inputs = layer.layer().inputs();
    for (int row = 0; row < scores.length; row += inputs) {
      for (int first = row; first < row + inputs; first += of) {
        int end = Math.min(first + of, row + inputs);
        IntStream.range(first, end)
            .boxed()
            .sorted((a, b) -> Float.compare(Math.abs(scores[a]), Math.abs(scores[b])))
            .skip(Math.max(0, end - first - kept))
            .forEach(place -> keep[place] = 1);
      }
    }
    return Mask.of(layer.backend(), layer.layer().weights(), keep);
  }
}
