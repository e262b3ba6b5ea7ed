package org.prunecl.ops;

import java.util.Objects;
import java.util.stream.Stream;
import org.prunecl.opencl.DeviceBuffer;
import org.prunecl.opencl.KernelSource;
import org.prunecl.opencl.Range;

/**
 * Scores of weights, by which {@link Magnitude} selects: those with the smallest magnitude go
 * first. All matrices of a call have one shape.
 */
public final class Scores {
  private static final KernelSource SOURCE = KernelSource.of("score.cl");

  private final Backend backend;

  /** Scores on this backend. */
  public Scores(Backend backend) {
    this.backend = backend;
  }

  /** Builds the kernels, so that no later call has to. */
  public void prepare() {
    for (String name : new String[] {"multiply", "reverse_order", "pruned_first"}) {
      backend.context().kernel(SOURCE, name);
    }
  }

  /** scores = w · g, element by element. */
  public void multiply(Matrix w, Matrix g, Matrix scores) {
    w.checkSameShape(g);
    launch("multiply", w, g.buffer(), scores);
  }

  /**
   * Scores that sort the other way round than |w|: not negative, and one is smaller than another
   * exactly if its |w| is larger. What is infinite or NaN counts as the largest finite number.
   */
  public void reverse(Matrix w, Matrix scores) {
    launch("reverse_order", w, null, scores);
  }

  /**
   * Scores that put what is pruned already before everything else: zero where the mask prunes, |w|
   * elsewhere, or the smallest number above zero if |w| is zero.
   */
  public void prunedFirst(Matrix w, Mask mask, Matrix scores) {
    mask.checkFits(w);
    launch("pruned_first", w, mask.buffer(), scores);
  }

  private void launch(String name, Matrix w, DeviceBuffer other, Matrix scores) {
    w.checkSameShape(scores);
    Stream<Object> arguments =
        Stream.of(w.rows(), w.columns(), w.buffer(), w.leadingDimension(), other, scores.buffer());
    backend
        .context()
        .kernel(SOURCE, name)
        .launch(
            Range.of(w.rows(), backend.cpu() ? 1 : 64),
            arguments.filter(Objects::nonNull).toArray());
  }
}
