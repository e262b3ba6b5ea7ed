package org.prunecl.nn;

import java.util.ArrayList;
import java.util.List;
import org.prunecl.ops.Adam;

/** Training under masks in float64: the gradients are {@link MlpReference}'s, the steps its own. */
final class MaskedReference {
  final MlpReference network;
  private final Adam.Settings adam;
  private final List<Tensor> tensors = new ArrayList<>();

  /** The weights of a layer, or its biases, which are units × 1. */
  private static final class Tensor {
    final int layer;
    final boolean bias;
    final int columns;
    final double[] values;
    final double[] first;
    final double[] second;
    byte[] keep;
    boolean momentsToo;
    int steps;

    Tensor(int layer, boolean bias, int columns, float[] start) {
      this.layer = layer;
      this.bias = bias;
      this.columns = columns;
      values = new double[start.length];
      first = new double[start.length];
      second = new double[start.length];
      for (int i = 0; i < start.length; i++) {
        values[i] = start[i];
      }
    }

    boolean pruned(int i) {
      return keep != null && keep[i] == 0;
    }
  }

  MaskedReference(List<LayerParameters> start, Adam.Settings adam) {
    this.network = new MlpReference(start);
    this.adam = adam;
    for (int l = 0; l < start.size(); l++) {
      LayerParameters layer = start.get(l);
      tensors.add(new Tensor(l, false, layer.inputs(), layer.weights()));
      if (layer.bias() != null) {
        tensors.add(new Tensor(l, true, 1, layer.bias()));
      }
    }
  }

  /** Replaces the mask of a layer's weights or biases: 1 keeps, 0 prunes. */
  void mask(int layer, boolean bias, byte[] keep, Moments moments) {
    for (Tensor t : tensors) {
      if (t.layer == layer && t.bias == bias) {
        t.keep = keep;
        t.momentsToo = moments == Moments.MASK;
        t.steps = moments == Moments.ZERO ? 0 : t.steps;
        for (int i = 0; i < keep.length; i++) {
          boolean forget = moments == Moments.ZERO || (t.momentsToo && t.pruned(i));
          t.first[i] = forget ? 0 : t.first[i];
          t.second[i] = forget ? 0 : t.second[i];
        }
        clear(t);
      }
    }
  }

  /** Makes zero what is pruned. */
  void clear() {
    tensors.forEach(this::clear);
  }

  private void clear(Tensor t) {
    for (int i = 0; i < t.values.length; i++) {
      t.values[i] = t.pruned(i) ? 0 : t.values[i];
    }
    store(t);
  }

  /** One step; a free one updates what is pruned too. */
  void step(Batch batch, boolean free) {
    clear();
    MlpReference.Gradients gradients = network.gradients(batch.samples(), batch.labels());
    for (Tensor t : tensors) {
      t.steps++;
      for (int i = 0; i < t.values.length; i++) {
        double g =
            t.bias
                ? gradients.biases().get(t.layer)[i]
                : gradients.weights().get(t.layer)[i / t.columns][i % t.columns];
        step(t, i, g + adam.weightDecay() * t.values[i]);
        if (t.pruned(i) && !free) {
          t.values[i] = 0;
          t.first[i] = t.momentsToo ? 0 : t.first[i];
          t.second[i] = t.momentsToo ? 0 : t.second[i];
        }
      }
      store(t);
    }
  }

  private void step(Tensor t, int i, double g) {
    t.first[i] = adam.beta1() * t.first[i] + (1 - adam.beta1()) * g;
    t.second[i] = adam.beta2() * t.second[i] + (1 - adam.beta2()) * g * g;
    double correction1 = 1 - Math.pow(adam.beta1(), t.steps);
    double correction2 = 1 - Math.pow(adam.beta2(), t.steps);
    t.values[i] -=
        adam.form() == Adam.Form.PYTORCH
            ? adam.learningRate()
                * (t.first[i] / correction1)
                / (Math.sqrt(t.second[i] / correction2) + adam.epsilon())
            : adam.learningRate()
                * Math.sqrt(correction2)
                / correction1
                * t.first[i]
                / (Math.sqrt(t.second[i]) + adam.epsilon());
  }

  private void store(Tensor t) {
    for (int i = 0; i < t.values.length; i++) {
      if (t.bias) {
        network.set(t.layer, i, -1, t.values[i]);
      } else {
        network.set(t.layer, i / t.columns, i % t.columns, t.values[i]);
      }
    }
  }
}
