package org.prunecl.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.prunecl.opencl.Scope;
import org.prunecl.testing.BothFamilies;
import org.prunecl.testing.ConvReference;
import org.prunecl.testing.DeviceTest;
import org.prunecl.testing.Draw;
import org.prunecl.testing.Expected;
import org.prunecl.testing.TestDevice;

@DeviceTest
final class Conv2dTest {
  static List<ConvCase> cases() {
    return ConvCase.draw();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void convolutions_agree_with_float64(ConvCase one) {
    Draw draw = new Draw(one);
    float[] bias = draw.values(one.filters());
    for (boolean relu : new boolean[] {false, true}) {
      float[] w = draw.values(one.filters() * one.weights());
      float[] x = draw.values(one.inputs() * one.batch());
      Expected expected =
          ConvReference.forward(one.shape(), one.filters(), one.batch(), w, x, bias, relu);
      forward(one, w, x, bias, relu, expected);
    }
    float[] w = draw.wholes(one.filters() * one.weights(), 9);
    float[] x = draw.wholes(one.inputs() * one.batch(), 9);
    Expected expected =
        ConvReference.forward(one.shape(), one.filters(), one.batch(), w, x, null, false);
    forward(one, w, x, null, false, expected.exact());
  }

  private static void forward(
      ConvCase one, float[] w, float[] x, float[] bias, boolean relu, Expected expected) {
    Backend backend = TestDevice.backend(one.family());
    one.operations()
        .forEach(
            conv -> {
              try (Scope scope = new Scope()) {
                Guarded weights = scope.own(Guarded.of(backend, one.filters(), one.weights(), w));
                Guarded input = scope.own(Guarded.of(backend, one.inputs(), one.batch(), x));
                Guarded output = scope.own(Guarded.result(backend, one.outputs(), one.batch()));
                Matrix biases =
                    bias == null ? null : scope.own(backend.matrix(one.filters(), 1, bias));
                conv.forward(
                    one.shape(),
                    weights.matrix(),
                    input.matrix(),
                    output.matrix(),
                    new Epilogue(biases, relu));
                expected.matches(output.read(), one.toString());
                weights.checkUnchanged();
                input.checkUnchanged();
              }
            });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradients_by_the_input_agree_with_float64_and_end_at_the_gate(ConvCase one) {
    Backend backend = TestDevice.backend(one.family());
    Draw draw = new Draw(one);
    float[] w = draw.values(one.filters() * one.weights());
    float[] dy = draw.values(one.outputs() * one.batch());
    float[] gate = draw.values(one.inputs() * one.batch());
    Expected expected = ConvReference.backwardInput(one.shape(), one.filters(), one.batch(), w, dy);
    Expected gated = new Expected(expected.values().clone(), expected.bounds().clone());
    for (int i = 0; i < gate.length; i++) {
      if (gate[i] <= 0) {
        gated.values()[i] = 0;
        gated.bounds()[i] = 0;
      }
    }
    one.operations()
        .forEach(
            conv -> {
              try (Guarded weights = Guarded.of(backend, one.filters(), one.weights(), w);
                  Guarded gradient = Guarded.of(backend, one.outputs(), one.batch(), dy);
                  Guarded activation = Guarded.of(backend, one.inputs(), one.batch(), gate);
                  Guarded result = Guarded.result(backend, one.inputs(), one.batch());
                  Guarded other = Guarded.result(backend, one.inputs(), one.batch())) {
                conv.backwardInput(
                    one.shape(),
                    weights.matrix(),
                    gradient.matrix(),
                    result.matrix(),
                    Epilogue.NONE);
                expected.matches(result.read(), one.toString());
                conv.backwardInput(
                    one.shape(),
                    weights.matrix(),
                    gradient.matrix(),
                    other.matrix(),
                    Epilogue.throughRelu(activation.matrix()));
                gated.matches(other.read(), one + ", gated");
                weights.checkUnchanged();
                gradient.checkUnchanged();
                activation.checkUnchanged();
              }
            });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradients_by_weights_and_biases_agree_with_float64(ConvCase one) {
    Draw draw = new Draw(one);
    float[] x = draw.values(one.inputs() * one.batch());
    float[] dy = draw.values(one.outputs() * one.batch());
    gradients(
        one,
        dy,
        x,
        ConvReference.backwardWeights(one.shape(), one.filters(), one.batch(), dy, x),
        ConvReference.biasGradient(one.shape(), one.filters(), one.batch(), dy));
    float[] wholeX = draw.wholes(x.length, 3);
    float[] wholeY = draw.wholes(dy.length, 3);
    gradients(
        one,
        wholeY,
        wholeX,
        ConvReference.backwardWeights(one.shape(), one.filters(), one.batch(), wholeY, wholeX)
            .exact(),
        ConvReference.biasGradient(one.shape(), one.filters(), one.batch(), wholeY).exact());
  }

  private static void gradients(
      ConvCase one, float[] dy, float[] x, Expected weights, Expected biases) {
    Backend backend = TestDevice.backend(one.family());
    one.operations()
        .forEach(
            conv -> {
              try (Guarded gradient = Guarded.of(backend, one.outputs(), one.batch(), dy);
                  Guarded input = Guarded.of(backend, one.inputs(), one.batch(), x);
                  Guarded dw = Guarded.result(backend, one.filters(), one.weights());
                  Guarded again = Guarded.result(backend, one.filters(), one.weights());
                  Guarded db = Guarded.result(backend, one.filters(), 1)) {
                conv.backwardWeights(one.shape(), gradient.matrix(), input.matrix(), dw.matrix());
                weights.matches(dw.read(), one.toString());
                conv.biasGradient(one.shape(), gradient.matrix(), db.matrix());
                biases.matches(db.read(), one.toString());
                conv.backwardWeights(
                    one.shape(), gradient.matrix(), input.matrix(), again.matrix());
                assertThat(Guarded.bits(again.read()))
                    .as("the same twice, " + one)
                    .isEqualTo(Guarded.bits(dw.read()));
                gradient.checkUnchanged();
                input.checkUnchanged();
              }
            });
  }

  @BothFamilies
  void a_nan_of_a_sample_reaches_no_other_sample_and_passes_relu(Family family) {
    Backend backend = TestDevice.backend(family);
    ConvShape shape = new ConvShape(1, 3, 3, 2, 2);
    float[] x = new float[9 * 3];
    x[4 * 3 + 1] = Float.NaN; // the centre, in every position of the second sample
    float[] w = {1, 1, 1, 1};
    try (Matrix weights = backend.matrix(1, 4, w);
        Matrix input = backend.matrix(9, 3, x);
        Matrix output = backend.matrix(4, 3)) {
      new Conv2d(backend).forward(shape, weights, input, output, Epilogue.RELU);
      float nan = Float.NaN;
      assertThat(output.read()).containsExactly(0, nan, 0, 0, nan, 0, 0, nan, 0, 0, nan, 0);
    }
  }

  @BothFamilies
  void shapes_that_do_not_fit_are_refused(Family family) {
    Backend backend = TestDevice.backend(family);
    Conv2d conv = new Conv2d(backend);
    ConvShape shape = new ConvShape(1, 3, 3, 2, 2);
    try (Matrix w = backend.matrix(2, 4);
        Matrix x = backend.matrix(9, 5);
        Matrix y = backend.matrix(8, 5);
        Matrix narrow = backend.matrix(8, 4);
        Matrix db = backend.matrix(3, 1)) {
      assertThatThrownBy(() -> conv.forward(shape, w, x, narrow, Epilogue.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("images of 9 × 5, results of 8 × 4");
      assertThatThrownBy(() -> conv.backwardInput(shape, w, x, y, Epilogue.NONE))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> conv.backwardWeights(shape, y, x, y))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> conv.biasGradient(shape, y, db))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3 × 1");
      assertThatThrownBy(() -> conv.forward(shape, w, x, y, new Epilogue(db, false)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3 × 1 for 2 rows");
    }
  }
}
