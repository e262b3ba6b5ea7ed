package org.prunecl.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.prunecl.opencl.Scope;
import org.prunecl.ops.Matrix;
import org.prunecl.ops.Transpose;

/**
 * The forms that each layer of a network could be multiplied in, ready to be timed on the
 * activations that a batch of samples really gives.
 */
public final class Candidates {
  private Candidates() {}

  /**
   * One layer in all forms that suit it.
   *
   * @param layer the layer
   * @param zeros share of its inputs that are zero, 0 to 1
   * @param forms what suits it
   * @param works makes, for each form, what enqueues the layer once and need not wait
   */
  public record LayerForms(
      Layer layer, double zeros, List<Form> forms, Supplier<Map<Form, Runnable>> works) {}

  /**
   * Visits the layers in order; what a visit is given lasts until it returns.
   *
   * @param samples batch × features, sample by sample
   * @param visit told a layer; returns what is kept
   * @return what the visits returned
   */
  public static <T> List<T> visit(
      Network network, int batch, float[] samples, Function<LayerForms, T> visit) {
    List<T> kept = new ArrayList<>();
    int layers = network.layers().size();
    try (Scope scope = new Scope()) {
      Matrix input = scope.own(network.backend().matrix(network.inputs(), batch));
      try (Matrix rows = network.backend().matrix(batch, network.inputs(), samples)) {
        new Transpose(network.backend()).run(rows, input);
        network.backend().finish();
      }
      Activations activations =
          scope.own(new Activations(network.backend(), network.shapes(), batch, true));
      ExecutionPlan dense = scope.own(ExecutionPlan.dense(network));
      for (int i = 0; i < layers; i++) {
        try (Scope forms = new Scope()) {
          kept.add(visit.apply(layer(network, i, input, activations, forms)));
        }
        // Whatever the visit left in the output, the next layer gets the dense product.
        input = dense.forwardLayer(i, input, activations);
      }
    }
    return kept;
  }

  private static LayerForms layer(
      Network network, int index, Matrix input, Activations activations, Scope scope) {
    Layer layer = network.layers().get(index);
    List<Form> forms =
        Arrays.stream(Form.values())
            .filter(form -> form.suits(network.backend(), layer.shape(), input.columns()))
            .toList();
    return new LayerForms(
        layer, zeros(input), forms, () -> works(network, index, forms, input, activations, scope));
  }

  private static Map<Form, Runnable> works(
      Network network,
      int index,
      List<Form> forms,
      Matrix input,
      Activations activations,
      Scope scope) {
    Layer layer = network.layers().get(index);
    Map<Form, Runnable> works = new LinkedHashMap<>();
    for (Form form : forms) {
      PlannedLayer planned = scope.own(PlannedLayer.of(network, layer, form, input.columns()));
      works.put(form, () -> planned.forward(input, activations, index));
    }
    return works;
  }

  private static double zeros(Matrix input) {
    int zeros = 0;
    float[] values = input.read();
    for (float value : values) {
      zeros += value == 0 ? 1 : 0;
    }
    return (double) zeros / values.length;
  }
}
