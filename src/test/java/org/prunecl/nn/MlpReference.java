package org.prunecl.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.prunecl.ops.Adam;

/**
 * A multi-layer perceptron in plain Java and float64, written for clarity: forward pass, loss,
 * gradients, Adam. Samples are rows here, one array per sample.
 */
public final class MlpReference {
  private final List<Layer> layers = new ArrayList<>();
  private int steps;

  /** One layer: weights as outputs × inputs, biases or null, and Adam's moments of both. */
  private static final class Layer {
    final double[][] weights;
    final double[] bias;
    final double[][][] weightMoments;
    final double[][] biasMoments;

    Layer(LayerParameters parameters) {
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
  }

  /** Gradients of the mean loss, per layer; biases' null where there are none. */
  record Gradients(List<double[][]> weights, List<double[]> biases) {}

  /**
   * What a batch gives.
   *
   * @param loss sum of the samples' losses
   * @param correct samples whose label has the largest logit, the first of equals
   * @param margin smallest distance of a hidden unit from ReLU's kink and of a largest logit from
   *     the next one: below float32's error the two computations may rightly differ
   */
  record Outcome(double loss, int correct, double margin) {}

  /** A network with these parameters. */
  public MlpReference(List<LayerParameters> parameters) {
    parameters.forEach(layer -> layers.add(new Layer(layer)));
  }

  /** Logits of one sample. */
  public double[] logits(double[] sample) {
    List<double[]> outputs = outputs(sample);
    return outputs.get(outputs.size() - 1);
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
      for (double[] hidden : pre.subList(0, pre.size() - 1)) {
        for (double z : hidden) {
          margin = Math.min(margin, Math.abs(z));
        }
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
      List<double[]> outputs = outputs(samples[s]);
      double[] delta = softmax(outputs.get(layers.size()));
      delta[labels[s]] -= 1;
      for (int l = layers.size() - 1; l >= 0; l--) {
        double[] input = outputs.get(l);
        double[] before = new double[input.length];
        for (int o = 0; o < delta.length; o++) {
          double[] row = weights.get(l)[o];
          double[] w = layers.get(l).weights[o];
          for (int i = 0; i < input.length; i++) {
            row[i] += delta[o] * input[i] / samples.length;
            before[i] += delta[o] * w[i];
          }
          if (biases.get(l) != null) {
            biases.get(l)[o] += delta[o] / samples.length;
          }
        }
        for (int i = 0; i < input.length; i++) {
          before[i] = input[i] > 0 ? before[i] : 0;
        }
        delta = before;
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

  /** The input and what each layer gives after its activation, none after the last. */
  private List<double[]> outputs(double[] sample) {
    List<double[]> outputs = new ArrayList<>(List.of(sample));
    List<double[]> pre = preActivations(sample);
    for (int l = 0; l < pre.size(); l++) {
      outputs.add(l < pre.size() - 1 ? relu(pre.get(l)) : pre.get(l));
    }
    return outputs;
  }

  private List<double[]> preActivations(double[] sample) {
    List<double[]> pre = new ArrayList<>();
    double[] input = sample;
    for (Layer layer : layers) {
      double[] z = new double[layer.weights.length];
      for (int o = 0; o < z.length; o++) {
        z[o] = layer.bias == null ? 0 : layer.bias[o];
        for (int i = 0; i < input.length; i++) {
          z[o] += layer.weights[o][i] * input[i];
        }
      }
      pre.add(z);
      input = relu(z);
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
