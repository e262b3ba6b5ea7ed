package org.prunecl.nn;

import org.prunecl.opencl.Scope;
import org.prunecl.ops.Adam;
import org.prunecl.ops.Backend;
import org.prunecl.ops.Magnitude;
import org.prunecl.ops.Mask;
import org.prunecl.ops.Matrix;

/**
 * A tensor as Adam trains it: with its moments, its count of steps and its mask. Owns moments and
 * mask, not the tensor.
 */
final class TrainedTensor implements AutoCloseable {
  private final Matrix tensor;
  private final Adam adam;
  private final Adam.Settings settings;
  private final Magnitude magnitude;
  private final Scope scope = new Scope();
  private final Matrix first;
  private final Matrix second;

  /** Since the moments were zero. */
  private int steps;

  private Mask mask;
  private boolean momentsToo;

  /** Whether the next step updates what is pruned too. */
  private boolean free;

  /** Whether a step has done so: what is pruned isn't zero. */
  private boolean stray;

  TrainedTensor(Backend backend, Matrix tensor, Adam.Settings settings) {
    this.tensor = tensor;
    this.settings = settings;
    this.adam = new Adam(backend);
    this.magnitude = new Magnitude(backend);
    try {
      this.first = scope.own(backend.matrix(tensor.rows(), tensor.columns()));
      this.second = scope.own(backend.matrix(tensor.rows(), tensor.columns()));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** One step with this gradient. */
  void step(Matrix gradient) {
    Adam.Masking masking = begin();
    adam.step(settings, steps, tensor, gradient, first, second, masking);
  }

  /** One step with the gradient dY · Xᵀ; see {@link Adam}. */
  void step(Matrix dy, Matrix x, Matrix gradient) {
    Adam.Masking masking = begin();
    adam.step(settings, steps, tensor, dy, x, gradient, first, second, masking);
  }

  private Adam.Masking begin() {
    steps++;
    stray = free;
    free = false;
    return mask == null || stray ? null : new Adam.Masking(mask, momentsToo);
  }

  /** Copies the moments to host memory; without a mask. */
  OptimizerState.Tensor moments() {
    if (mask != null) {
      throw new IllegalStateException("a mask is no part of the state");
    }
    return new OptimizerState.Tensor(first.read(), second.read());
  }

  /** Goes on from these moments after so many steps. */
  void restore(OptimizerState.Tensor moments, int stepsSoFar) {
    first.write(moments.first());
    second.write(moments.second());
    steps = stepsSoFar;
  }

  /**
   * Sets or replaces the mask and applies it to the tensor.
   *
   * @param wanted of the tensor's shape; taken over
   * @param revive whether what was pruned may come back; else it is taken from {@code wanted}
   */
  void prune(Mask wanted, Moments moments, boolean revive) {
    if (mask != null) {
      if (!revive) {
        magnitude.intersect(wanted, mask);
      }
      mask.close();
    }
    mask = wanted;
    momentsToo = moments == Moments.MASK;
    free = false;
    stray = true;
    clearStray();
    switch (moments) {
      case KEEP -> {}
      case MASK -> {
        magnitude.apply(mask, first);
        magnitude.apply(mask, second);
      }
      case ZERO -> {
        first.fill(0);
        second.fill(0);
        steps = 0;
      }
    }
  }

  /** Lets the next step update what is pruned too. */
  void freeNextStep() {
    free = mask != null;
  }

  /** Makes zero again what a free step has changed. */
  void clearStray() {
    if (stray) {
      magnitude.apply(mask, tensor);
      stray = false;
    }
  }

  @Override
  public void close() {
    if (mask != null) {
      mask.close();
    }
    scope.close();
  }
}
