package org.prunecl.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.prunecl.ops.Adam;
import org.prunecl.ops.ConvShape;

/**
 * A network in plain Java and float64, written for clarity: forward pass, loss, gradients, Adam.
 * Samples are rows here, one array per sample; images lie channel by channel, row by row.
 */
public final class MlpReference {
  private final List<Layer> layers = new ArrayList<>();
  private int steps;

  /** One layer: weights as outputs × inputs, biases or null, and Adam's moments of both. */
  private static final class Layer {
    final Convolution convolution;
    final double[][] weights;
    final double[] bias;
    final double[][][] weightMoments;
    final double[][] biasMoments;

    Layer(LayerParameters parameters) {
      convolution = parameters.convolution();
      weights = new double[parameters.outputs()][parameters.inputs()];
      for (int o = 0; o < parameters.outputs(); o++) {
        for (int i = 0; i < parameters.inputs(); i++) {
          weights[o][i] = parameters.weights()[o * parameters.inputs() + i];
        }
      }
      bias = parameters.bias() == null ? null : new double[parameters.outputs()];
      for (int o = 0; bias != null && o < bias.length; o++) {
        bias[o] = parameters.bias()[o];
      }
      weightMoments = new double[2][parameters.outputs()][parameters.inputs()];
      biasMoments = new double[2][parameters.outputs()];
    }

    /** Which weight of which unit takes which input for which of the values before activation. */
    interface Term {
      void add(int value, int unit, int weight, int input);
    }

    /** Visits the terms of all sums that the layer forms. */
    void terms(Term term) {
      for (int o = 0; o < weights.length; o++) {
        if (convolution == null) {
          for (int i = 0; i < weights[o].length; i++) {
            term.add(o, o, i, i);
          }
          continue;
        }
        ConvShape s = convolution.shape();
        for (int y = 0; y < s.outputHeight(); y++) {
          for (int x = 0; x < s.outputWidth(); x++) {
            int value = (o * s.outputHeight() + y) * s.outputWidth() + x;
            int weight = 0;
            for (int c = 0; c < s.channels(); c++) {
              for (int ky = 0; ky < s.kernelHeight(); ky++) {
                for (int kx = 0; kx < s.kernelWidth(); kx++) {
                  int input = (c * s.height() + y + ky) * s.width() + x + kx;
                  term.add(value, o, weight++, input);
                }
              }
            }
          }
        }
      }
    }

    /** Values before activation that each unit gives. */
    int positions() {
      return convolution == null ? 1 : convolution.shape().positions();
    }

    double[] preActivation(double[] input) {
      double[] z = new double[weights.length * positions()];
      for (int v = 0; bias != null && v < z.length; v++) {
        z[v] = bias[v / positions()];
      }
      terms((value, unit, weight, i) -> z[value] += weights[unit][weight] * input[i]);
      return z;
    }

    boolean pooled() {
      return convolution != null && convolution.pool() > 1;
    }

    /** The values of which a pooled one is the largest, in row order. */
    int[] square(int pooled) {
      int pool = convolution.pool();
      int perChannel = convolution.height() * convolution.width();
      int y = pooled % perChannel / convolution.width() * pool;
      int x = pooled % convolution.width() * pool;
      int width = convolution.shape().outputWidth();
      int first = pooled / perChannel * positions() + y * width + x;
      return IntStream.range(0, pool * pool)
          .map(i -> first + i / pool * width + i % pool)
          .toArray();
    }

    /** For each value that the layer gives the one that it is: of a square, the first largest. */
    int[] winners(double[] values) {
      if (!pooled()) {
        return IntStream.range(0, values.length).toArray();
      }
      int[] winners = new int[weights.length * convolution.height() * convolution.width()];
      for (int p = 0; p < winners.length; p++) {
        int[] square = square(p);
        winners[p] = square[0];
        for (int v : square) {
          winners[p] = values[v] > values[winners[p]] ? v : winners[p];
        }
      }
      return winners;
    }

    /** The smallest distance of a square's largest value from the next one, where it matters. */
    double lead(double[] values) {
      double lead = Double.POSITIVE_INFINITY;
      int[] winners = winners(values);
      for (int p = 0; pooled() && p < winners.length; p++) {
        for (int v : square(p)) {
          if (v != winners[p] && values[winners[p]] > 0) {
            lead = Math.min(lead, values[winners[p]] - values[v]);
          }
        }
      }
      return lead;
    }
  }

  /** Gradients of the mean loss, per layer; biases' null where there are none. */
  record Gradients(List<double[][]> weights, List<double[]> biases) {}

  /**
   * What a batch gives.
   *
   * @param loss sum of the samples' losses
   * @param correct samples whose label has the largest logit, the first of equals
   * @param margin smallest distance of a hidden unit from ReLU's kink, of a pooled value and of a
   *     largest logit from the next one: below float32's error the two computations may rightly
   *     differ
   */
  record Outcome(double loss, int correct, double margin) {}

  /** A network with these parameters. */
  public MlpReference(List<LayerParameters> parameters) {
    parameters.forEach(layer -> layers.add(new Layer(layer)));
  }

  /** Logits of one sample. */
  public double[] logits(double[] sample) {
    List<double[]> pre = preActivations(sample);
    return output(layers.size() - 1, pre.get(pre.size() - 1));
  }

  /** Weights of a layer, outputs × inputs; biases as one row. */
  double[] values(int layer, boolean bias) {
    Layer own = layers.get(layer);
    return bias
        ? own.bias.clone()
        : Arrays.stream(own.weights).flatMapToDouble(Arrays::stream).toArray();
  }

  /** Sets one weight, for finite differences. */
  void set(int layer, int output, int input, double value) {
    if (input < 0) {
      layers.get(layer).bias[output] = value;
    } else {
      layers.get(layer).weights[output][input] = value;
    }
  }

  /** Loss, correct predictions and margin of a batch. */
  Outcome evaluate(double[][] samples, int[] labels) {
    double loss = 0;
    int correct = 0;
    double margin = Double.POSITIVE_INFINITY;
    for (int s = 0; s < samples.length; s++) {
      List<double[]> pre = preActivations(samples[s]);
      for (int l = 0; l < pre.size() - 1; l++) {
        for (double z : pre.get(l)) {
          margin = Math.min(margin, Math.abs(z));
        }
        margin = Math.min(margin, layers.get(l).lead(pre.get(l)));
      }
      double[] logits = pre.get(pre.size() - 1);
      int best = argmax(logits);
      for (int c = 0; c < logits.length; c++) {
        margin = c == best ? margin : Math.min(margin, logits[best] - logits[c]);
      }
      loss -= Math.log(softmax(logits)[labels[s]]);
      correct += best == labels[s] ? 1 : 0;
    }
    return new Outcome(loss, correct, margin);
  }

  /** Gradients of a batch's mean loss, by backpropagation. */
  Gradients gradients(double[][] samples, int[] labels) {
    List<double[][]> weights = new ArrayList<>();
    List<double[]> biases = new ArrayList<>();
    for (Layer layer : layers) {
      weights.add(new double[layer.weights.length][layer.weights[0].length]);
      biases.add(layer.bias == null ? null : new double[layer.bias.length]);
    }
    for (int s = 0; s < samples.length; s++) {
      List<double[]> pre = preActivations(samples[s]);
      double[] delta = softmax(pre.get(layers.size() - 1));
      delta[labels[s]] -= 1;
      for (int l = layers.size() - 1; l >= 0; l--) {
        Layer layer = layers.get(l);
        double[] input = l == 0 ? samples[s] : output(l - 1, pre.get(l - 1));
        double[] before = new double[input.length];
        double[] dz = delta;
        layer.terms(
            (value, unit, weight, i) -> {
              before[i] += dz[value] * layer.weights[unit][weight];
            });
        double[][] dw = weights.get(l);
        layer.terms(
            (value, unit, weight, i) -> {
              dw[unit][weight] += dz[value] * input[i] / samples.length;
            });
        for (int v = 0; biases.get(l) != null && v < dz.length; v++) {
          biases.get(l)[v / layer.positions()] += dz[v] / samples.length;
        }
        delta = l == 0 ? null : backward(l - 1, pre.get(l - 1), before);
      }
    }
    return new Gradients(weights, biases);
  }

  /** One step of Adam (Kingma and Ba, 2015), epsilon where the form puts it. */
  void step(double[][] samples, int[] labels, Adam.Settings settings) {
    Gradients gradients = gradients(samples, labels);
    steps++;
    for (int l = 0; l < layers.size(); l++) {
      Layer layer = layers.get(l);
      for (int o = 0; o < layer.weights.length; o++) {
        adam(
            settings,
            layer.weights[o],
            gradients.weights().get(l)[o],
            layer.weightMoments[0][o],
            layer.weightMoments[1][o]);
      }
      if (layer.bias != null) {
        adam(
            settings,
            layer.bias,
            gradients.biases().get(l),
            layer.biasMoments[0],
            layer.biasMoments[1]);
      }
    }
  }

  private void adam(Adam.Settings s, double[] w, double[] gradient, double[] m, double[] v) {
    double correction1 = 1 - Math.pow(s.beta1(), steps);
    double correction2 = 1 - Math.pow(s.beta2(), steps);
    for (int i = 0; i < w.length; i++) {
      double g = gradient[i] + s.weightDecay() * w[i];
      m[i] = s.beta1() * m[i] + (1 - s.beta1()) * g;
      v[i] = s.beta2() * v[i] + (1 - s.beta2()) * g * g;
      if (s.form() == Adam.Form.PYTORCH) {
        double corrected = Math.sqrt(v[i] / correction2);
        w[i] -= s.learningRate() * (m[i] / correction1) / (corrected + s.epsilon());
      } else {
        double rate = s.learningRate() * Math.sqrt(correction2) / correction1;
        w[i] -= rate * m[i] / (Math.sqrt(v[i]) + s.epsilon());
      }
    }
  }

  /** The gradient of a hidden layer's values before activation, from that of what it gives. */
  private double[] backward(int layer, double[] pre, double[] gradient) {
    double[] delta = new double[pre.length];
    int[] winners = layers.get(layer).winners(relu(pre));
    for (int i = 0; i < winners.length; i++) {
      delta[winners[i]] += pre[winners[i]] > 0 ? gradient[i] : 0;
    }
    return delta;
  }

  /** What a layer gives: a hidden one after its activation and pooling. */
  private double[] output(int layer, double[] pre) {
    double[] values = layer == layers.size() - 1 ? pre : relu(pre);
    return Arrays.stream(layers.get(layer).winners(values)).mapToDouble(v -> values[v]).toArray();
  }

  private List<double[]> preActivations(double[] sample) {
    List<double[]> pre = new ArrayList<>();
    double[] input = sample;
    for (int l = 0; l < layers.size(); l++) {
      double[] z = layers.get(l).preActivation(input);
      pre.add(z);
      input = output(l, z);
    }
    return pre;
  }

  private static double[] relu(double[] values) {
    return Arrays.stream(values).map(z -> z < 0 ? 0 : z).toArray();
  }

  private static double[] softmax(double[] logits) {
    double largest = logits[argmax(logits)];
    double[] p = Arrays.stream(logits).map(z -> Math.exp(z - largest)).toArray();
    double sum = Arrays.stream(p).sum();
    return Arrays.stream(p).map(e -> e / sum).toArray();
  }

  private static int argmax(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
